import type { Aggregate } from '../messaging/aggregate.ts';
import { ignore } from '../messaging/decider.ts';
import type { Message } from '../messaging/message.ts';

type Add = Message<'Add', { readonly n: number }>;
type Added = Message<'Added', { readonly n: number; readonly sum: number }>;
type Note = Message<'Note', { readonly n: number }>;
type Noted = Message<'Noted', { readonly n: number; readonly list: readonly number[] }>;
type Rang = Message<'Rang', { readonly deadline: number }>;
type Tallied = Message<'Tallied', { readonly n: number; readonly answer?: number }>;

interface Counter {
  readonly sum: number;
  readonly deadline?: number;
}

interface Notebook {
  readonly list: readonly number[];
}

interface Tally {
  readonly list: readonly number[];
}

export interface TestTopics {
  readonly counterInbox: string;
  readonly counterLog: string;
  readonly notebookInbox: string;
  readonly notebookLog: string;
}

/**
 * The smallest pair of aggregates that shows every rule: a counter adds what it is told and tells a
 * notebook of the same id, which writes it down. What must hold: the notebook lists every command
 * once, in order. `Add 0` asks for an alarm one second later, an unlucky number cannot be decided,
 * `Add 0.5` makes two events, `Add 94` one that changes nothing, less than nothing is ignored.
 */
export function counterAggregate(
  kind: string,
  topics: TestTopics,
  isUnlucky: (n: number) => boolean = (n) => n === 13,
): Aggregate<Counter, Add, Added | Rang> {
  return {
    kind,
    inbox: topics.counterInbox,
    log: topics.counterLog,
    subscribes: {},
    decider: {
      initialState: { sum: 0 },
      decide(input, state, { now }) {
        if (input.type === 'DeadlineReached') {
          return [{ type: 'Rang', data: { deadline: input.data.deadline } }];
        }
        const { n } = input.data;
        if (n < 0) return ignore('negative');
        if (isUnlucky(n)) throw new Error('unlucky');
        const added = (sum: number): Added => ({ type: 'Added', data: { n, sum } });
        if (n === 94) return [added(state.sum)];
        if (n === 0.5) return [added(state.sum + n), added(state.sum + 2 * n)];
        return [added(n === 0 ? now : state.sum + n)];
      },
      evolve(state, event) {
        if (event.type === 'Rang') return { sum: state.sum };
        if (event.data.n === 94) return state;
        if (event.data.n === 0) return { sum: state.sum, deadline: event.data.sum + 1_000 };
        return { ...state, sum: event.data.sum };
      },
      isEnded: ({ deadline }) => deadline === undefined,
      deadline: ({ deadline }) => deadline,
    },
    policy: (event) =>
      event.type === 'Rang'
        ? []
        : [
            {
              to: topics.notebookInbox,
              key: event.metadata.key,
              message: { type: 'Note', data: { n: event.data.n } },
            },
          ],
    view: { sets: ({ sum }) => (sum % 2 === 0 ? ['even'] : ['odd']) },
  };
}

/** Takes down what it is told; what it cannot take down is 1.5. */
export function notebookAggregate(
  kind: string,
  topics: TestTopics,
): Aggregate<Notebook, Note, Noted> {
  return {
    kind,
    inbox: topics.notebookInbox,
    log: topics.notebookLog,
    subscribes: {},
    decider: {
      initialState: { list: [] },
      decide(input, { list }) {
        if (input.type === 'DeadlineReached') return ignore('no deadlines here');
        if (input.data.n === 1.5) throw new Error('unlucky too');
        return [{ type: 'Noted', data: { n: input.data.n, list } }];
      },
      evolve: ({ list }, { data }) => ({ list: [...list, data.n] }),
      isEnded: () => false,
    },
    policy: () => [],
  };
}

/**
 * Subscribes to the counter's log. Every second time it must ask before it decides, and asks something
 * else each time; every second time it has ended, too, and leaves the memory. About 2.5 it cannot even
 * ask.
 */
export function tallyAggregate(
  kind: string,
  topics: { readonly counterLog: string; readonly tallyInbox: string; readonly tallyLog: string },
): Aggregate<Tally, Added, Tallied, number, number> {
  return {
    kind,
    inbox: topics.tallyInbox,
    log: topics.tallyLog,
    subscribes: { [topics.counterLog]: ['Added'] },
    decider: {
      initialState: { list: [] },
      decide(input, _, { answer }) {
        if (input.type === 'DeadlineReached') return ignore('no deadlines here');
        const { n } = input.data;
        return [{ type: 'Tallied', data: { n, ...(answer !== undefined && { answer }) } }];
      },
      evolve: ({ list }, { data }) => ({ list: [...list, data.n] }),
      isEnded: ({ list }) => list.length % 2 === 0,
      lookup(input, { list }) {
        if (input.type === 'DeadlineReached') return undefined;
        if (input.data.n === 2.5) throw new Error('unlucky before it is decided');
        return list.length % 2 === 1 ? input.data.n + 1_000 * list.length : undefined;
      },
    },
    policy: () => [],
  };
}
