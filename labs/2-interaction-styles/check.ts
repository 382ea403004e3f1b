import { z } from 'zod';
import type { Step, Style } from '../../apps/console/core/steps.ts';
import { storyOf } from '../1-follow-a-trip/check.ts';
import { type Check, need, readAnswers } from '../lab.ts';
import { place, placeOf } from '../place.ts';
import { pairs } from './exchanges.ts';

export const answers = z.strictObject({
  tripId: z.string(),
  oneWay: place,
  request: place,
  answer: place,
  published: place,
  offer: place,
  response: place,
});

/** What a record must be an example of. */
const styles: Readonly<Record<string, Style>> = {
  oneWay: 'one-way notification',
  request: 'request/async response',
  answer: 'request/async response',
  published: 'publish/subscribe',
  offer: 'publish/async responses',
  response: 'publish/async responses',
};

/** The measurement stops the rider service for longer than this; in milliseconds. */
const STOPPED = 1_000;

export const check: Check = async function* (lab) {
  const { tripId, ...places } = readAnswers(lab, 4, answers);
  const { steps } = await storyOf(lab, tripId, 3);
  const found: Record<string, Step> = {};
  for (const [name, style] of Object.entries(styles)) {
    const at = places[name as keyof typeof places];
    const step = steps.find(({ record }) => placeOf(record) === at);
    need(step, 4, `${name}: ${at} is not a record of trip ${tripId}.`);
    need(step.style === style, 4, `${name}: ${at} is ${step.style}, and ${style} is looked for.`);
    found[name] = step;
    yield `${name}: ${step.record.type} at ${at} is ${style}`;
  }
  const { request, answer, published, offer, response } = found as Record<
    keyof typeof places,
    Step
  >;
  need(pairs(request, answer), 4, 'request and answer do not have the same correlation id.');
  need(pairs(offer, response), 4, 'offer and response do not have the same correlation id.');
  yield 'each answer carries the correlation id of its question';
  need(published.to.length > 0, 4, 'Nobody did anything on account of the event in `published`.');
  yield `${published.record.type} was acted upon by ${published.to.join(', ')}, which its writer does not know`;
  const waited = answer.record.timestamp - request.record.timestamp;
  const why = `The answer came after ${waited} ms: this is not the trip of the stopped rider service.`;
  need(waited > STOPPED, 3, why);
  yield `the answer came after ${waited} ms, when the rider service went on, and nothing was lost`;
};
