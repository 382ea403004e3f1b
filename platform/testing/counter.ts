import type { Aggregate } from '../messaging/aggregate.ts';
import { ignore } from '../messaging/decider.ts';
import type { Message } from '../messaging/message.ts';

type Add = Message<'Add', { readonly n: number }>;
type Added = Message<'Added', { readonly n: number; readonly sum: number }>;
type Note = Message<'Note', { readonly n: number }>;
type Noted = Message<'Noted', { readonly n: number; readonly list: readonly number[] }>;
type Rang = Message<'Rang', { readonly deadline: number }>;

interface Counter {
  readonly sum: number;
  readonly deadline?: number;
}

interface Notebook {
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
 * once, in order. `Add 0` asks for an alarm one second later; an unlucky number cannot be decided.
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
        return [{ type: 'Added', data: { n, sum: n === 0 ? now : state.sum + n } }];
      },
      evolve(state, event) {
        if (event.type === 'Rang') return { sum: state.sum };
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
      decide: (input, { list }) =>
        input.type === 'DeadlineReached'
          ? ignore('no deadlines here')
          : [{ type: 'Noted', data: { n: input.data.n, list } }],
      evolve: ({ list }, { data }) => ({ list: [...list, data.n] }),
      isEnded: () => false,
    },
    policy: () => [],
  };
}
