import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  formatCause,
  formatNumber,
  formatOrigin,
  parseCause,
  parseNumber,
  parseOrigin,
} from './headers.ts';

const whole = fc.nat({ max: 999_999_999_999_999 });
const topic = fc.stringMatching(/^[a-zA-Z0-9._-]{1,40}$/);
const number = fc.record({ epoch: whole, seq: whole });
const coordinate = { topic, partition: whole, offset: whole };

it('reads what it has written', () => {
  const cause = fc.record(
    { ...coordinate, number },
    { requiredKeys: ['topic', 'partition', 'offset'] },
  );
  const origin = fc.record({ ...coordinate, index: whole });
  const again = <T>(
    arbitrary: fc.Arbitrary<T>,
    write: (one: T) => string,
    read: (text: string) => unknown,
  ) =>
    fc.assert(
      fc.property(arbitrary, (one) => {
        expect(read(write(one))).toEqual(one);
      }),
    );
  again(number, formatNumber, parseNumber);
  again(cause, formatCause as never, parseCause);
  again(origin, formatOrigin, parseOrigin);
});

it.each([undefined, '', '1', '.1', '1.', '1.2.3', '-1.2', '1.2e3', ' 1.2', '1.1234567890123456'])(
  'takes %j for no event number',
  (text) => expect(parseNumber(text)).toBeUndefined(),
);

it.each([undefined, '', 'deadline/7', 'a/1', 'a/1/', 'a/x/1', 'a/1/-1', 'a//1'])(
  'takes %j for no place in a topic',
  (text) => {
    expect(parseCause(text)).toBeUndefined();
    expect(parseOrigin(`${text}/1`)).toBeUndefined();
  },
);

it('takes a cause without its event number if that cannot be read', () => {
  expect(parseCause('a/1/2/3')).toEqual({ topic: 'a', partition: 1, offset: 2 });
});

it.each(['a/1/2', 'a/1/2/', 'a/1/2/x', 'a/1/2/3/4', '/1/2/3'])('takes %j for no origin', (text) => {
  expect(parseOrigin(text)).toBeUndefined();
});
