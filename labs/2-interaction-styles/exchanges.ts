import type { Step } from '../../apps/console/core/steps.ts';
import type { Story } from '../../apps/console/core/story.ts';
import { header } from '../../platform/log/headers.ts';

/** The records of one trip that show the four styles. */
export interface Exchanges {
  /** Somebody says something, and waits for nothing but that it is safe. */
  readonly oneWay: Step;
  /** A question, and the answer that names it. */
  readonly request: Step;
  readonly answer: Step;
  /** A fact, and what the first subscriber made of it. */
  readonly published: Step;
  readonly reaction: Step;
  /** One of several questions, and one of their answers. */
  readonly offer: Step;
  readonly response: Step;
}

/** Picks them from a trip that got a driver; `undefined` where the story does not have them yet. */
export function exchangesOf({ steps }: Story): Exchanges | undefined {
  const first = (type: string) => steps.find(({ record }) => record.type === type);
  const published = first('DriverSearchStarted');
  const reaction = first('OfferRoundOpened');
  const [oneWay, request, answer] = [first('RequestTrip'), first('VerifyRider'), answerOf(steps)];
  const offer = first('OfferTrip');
  const response =
    offer && steps.find((step) => step.record.type === 'OfferAnswer' && pairs(offer, step));
  if (!(oneWay && request && answer && published && reaction && offer && response))
    return undefined;
  return { oneWay, request, answer, published, reaction, offer, response };
}

function answerOf(steps: readonly Step[]): Step | undefined {
  return steps.find(({ record }) => record.type === 'RiderVerification');
}

/** Whether `answer` carries the correlation id of `question`, and came to where it asked for it. */
export function pairs(question: Step, answer: Step): boolean {
  const asked = question.record.headers;
  return (
    asked[header.correlationId] !== undefined &&
    asked[header.correlationId] === answer.record.headers[header.correlationId] &&
    asked[header.replyTopic] === answer.record.topic
  );
}
