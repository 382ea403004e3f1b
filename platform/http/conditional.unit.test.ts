import { expect, it } from 'vitest';
import { UnavailableError, type Versioned } from '../messaging/ports.ts';
import { findResource, preferredWait } from './conditional.ts';
import { answerCreated } from './created.ts';
import { ProblemError } from './problem.ts';

interface Thing {
  readonly name: string;
}

/** One thing, in a model that answers `wait` from what it is told, and says how often it was asked. */
function thing(before: Versioned<Thing> | undefined, accepted?: object) {
  let now = before;
  let wake = () => {};
  const asked = { model: 0, accepted: 0 };
  const look = async () => {
    asked.model += 1;
    return now;
  };
  return {
    asked,
    becomes(document: Versioned<Thing>) {
      now = document;
      wake();
    },
    model: {
      find: look,
      async wait(
        _id: string,
        accept: (document: Versioned<Thing> | undefined) => boolean,
        milliseconds: number,
      ) {
        const over = new Promise<void>((resolve) => setTimeout(resolve, milliseconds / 100));
        for (let left = true; ; ) {
          const document = await look();
          if (!left || accept(document)) return document;
          const changed = new Promise<void>((resolve) => (wake = resolve));
          left = await Promise.race([changed.then(() => true), over.then(() => false)]);
        }
      },
    },
    accepted: {
      async remember() {},
      async find() {
        asked.accepted += 1;
        return accepted;
      },
    },
  };
}

const get = (of: ReturnType<typeof thing>, headers: Record<string, string> = {}) =>
  findResource({
    id: 'a',
    headers,
    signal: AbortSignal.abort(),
    model: of.model,
    accepted: of.accepted,
    present: (state) => ({ shown: state.name }),
    pending: (acceptance) => ({ status: 'pending', ...acceptance }),
  });

const create = (
  model: ReturnType<typeof thing>['model'],
  prefer: string | undefined,
  signal = () => AbortSignal.abort(),
) =>
  answerCreated({
    id: 'a',
    location: '/things/a',
    pending: { status: 'pending' },
    request: {
      headers: { prefer },
      get signal() {
        return signal();
      },
    },
    model,
    decided: ({ name }) => name !== 'undecided',
    present: (state) => ({ shown: state.name }),
  });

const one = { version: 1, state: { name: 'one' } };
const two = { version: 2, state: { name: 'two' } };

it.each([
  [undefined, undefined],
  ['wait=5', 5],
  ['respond-async, wait = 7', 7],
  ['wait="3"; foo', 3],
  ['wait=999999', 60],
  ['await=5', undefined],
  ['wait=soon', undefined],
])('reads how long to wait from %j', (prefer, seconds) => {
  expect(preferredWait(prefer)).toBe(seconds);
});

it('answers a GET with the document, with 304 for the tag the client has, and 404 for nothing', async () => {
  expect(await get(thing(one))).toEqual({
    status: 200,
    body: { shown: 'one' },
    headers: { ETag: '"1"', Vary: 'Prefer' },
  });
  expect(await get(thing(one), { 'if-none-match': 'W/"0", "1"' })).toMatchObject({ status: 304 });
  expect(await get(thing(two), { 'if-none-match': '"1"' })).toMatchObject({
    status: 200,
    body: { shown: 'two' },
  });
  await expect(get(thing(undefined))).rejects.toBeInstanceOf(ProblemError);
});

it('shows what was accepted until there is a document', async () => {
  const pending = thing(undefined, { name: 'asked for' });
  expect(await get(pending)).toMatchObject({
    status: 200,
    body: { status: 'pending', name: 'asked for' },
    headers: { ETag: '"pending"' },
  });
  expect(await get(pending, { 'if-none-match': '"pending"' })).toMatchObject({ status: 304 });
  expect(await get(pending, { 'if-none-match': '"7"' })).toMatchObject({ status: 200 });

  for (const tag of [{}, { 'if-none-match': '"pending"' }]) {
    const of = thing(undefined, {});
    const answer = get(of, { prefer: 'wait=60', ...tag });
    setImmediate(() => of.becomes(one));
    expect(await answer).toMatchObject({ status: 200, body: { shown: 'one' } });
  }
});

it('waits for a change of what the client has, and looks once before and once after it', async () => {
  const of = thing(one);
  const answer = get(of, { prefer: 'wait=60', 'if-none-match': '"1"' });
  setImmediate(() => of.becomes(two));
  expect(await answer).toMatchObject({
    status: 200,
    body: { shown: 'two' },
    headers: { ETag: '"2"', 'Preference-Applied': 'wait=60' },
  });
  expect(of.asked).toEqual({ model: 2, accepted: 0 });
  expect(await get(of, { prefer: 'wait=1', 'if-none-match': '"2"' })).toMatchObject({
    status: 304,
    headers: { 'Preference-Applied': 'wait=1' },
  });
});

it('does not wait for what nobody asked for', async () => {
  for (const tag of [{}, { 'if-none-match': '"7"' }, { 'if-none-match': '"pending"' }]) {
    const of = thing(undefined);
    await expect(get(of, { prefer: 'wait=60', ...tag })).rejects.toBeInstanceOf(ProblemError);
    expect(of.asked.model).toBe(1);
  }
});

it('answers a POST with 202 at once unless it is to wait', async () => {
  const of = thing(one);
  const unasked = () => {
    throw new Error('nobody waits');
  };
  expect(await create(of.model, undefined, unasked)).toEqual({
    status: 202,
    body: { status: 'pending' },
    headers: { Location: '/things/a' },
  });
  expect(of.asked.model).toBe(0);
});

it('answers a POST with 201 as soon as the outcome is known, and with 202 after the wait', async () => {
  const of = thing(undefined);
  const answer = create(of.model, 'wait=60');
  setImmediate(() => of.becomes({ version: 1, state: { name: 'undecided' } }));
  setTimeout(() => of.becomes(two), 20);
  expect(await answer).toEqual({
    status: 201,
    body: { shown: 'two' },
    headers: { Location: '/things/a', ETag: '"2"', 'Preference-Applied': 'wait=60' },
  });
  const undecided = thing({ version: 1, state: { name: 'undecided' } });
  expect(await create(undecided.model, 'wait=1')).toMatchObject({ status: 202 });
});

it('takes nothing back when Redis goes away while a POST waits', async () => {
  const failing = (error: Error) => ({
    ...thing(undefined).model,
    wait: () => Promise.reject(error),
  });
  const away = failing(new UnavailableError('redis', 'away'));
  expect(await create(away, 'wait=1')).toMatchObject({ status: 202 });
  await expect(create(failing(new Error('a bug')), 'wait=1')).rejects.toThrow('a bug');
});
