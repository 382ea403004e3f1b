import { z } from 'zod';
import { Problem } from '../../apps/console/core/problem.ts';
import { findStory, type Story } from '../../apps/console/core/story.ts';
import { type Check, type Lab, NotYet, need, readAnswers } from '../lab.ts';
import { place, placeOf } from '../place.ts';

export const answers = z.strictObject({
  tripId: z.string(),
  verification: place,
  match: place,
  capture: place,
});

/** What each answer must be the place of, and the step that finds it. */
const wanted = { verification: 'VerifyRider', match: 'DriverMatched', capture: 'FareCaptured' };

export const check: Check = async function* (lab) {
  const { tripId, ...places } = readAnswers(lab, 4, answers);
  const { steps } = await storyOf(lab, tripId, 1);
  const types = steps.map(({ record }) => record.type);
  need(types.includes('TripCompleted'), 2, `Trip ${tripId} has not been completed.`);
  yield `trip ${tripId} was completed and left ${steps.length} records in the topics`;
  for (const [name, type] of Object.entries(wanted)) {
    const at = places[name as keyof typeof wanted];
    const there = steps.find(({ record }) => placeOf(record) === at);
    need(there, 4, `${name}: ${at} is not a record of this trip.`);
    const found = there.record.type;
    need(found === type, 4, `${name}: at ${at} is a ${found}, and a ${type} is looked for.`);
    yield `${name}: ${type} is at ${at}`;
  }
};

/** The story of the trip that a student names. */
export async function storyOf(lab: Lab, tripId: string, step: number): Promise<Story> {
  return findStory(lab.connection, tripId).catch((error: Error) => {
    if (error instanceof Problem && error.kind === 'unknown') {
      throw new NotYet(step, `tripId: ${error.message}`);
    }
    throw error;
  });
}
