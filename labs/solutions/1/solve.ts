import { storyOf } from '../../1-follow-a-trip/check.ts';
import { type Solve, writeAnswers } from '../../lab.ts';
import { placeOf } from '../../place.ts';
import { takeTrip } from '../../take-trip.ts';

export const solve: Solve = async (lab) => {
  const { tripId } = await takeTrip(lab.running.url);
  const { steps } = await storyOf(lab, tripId, 1);
  const placeOfThe = (type: string) => {
    const step = steps.find(({ record }) => record.type === type);
    if (step === undefined) throw new Error(`the trip has no ${type}`);
    return placeOf(step.record);
  };
  writeAnswers(lab, {
    tripId,
    verification: placeOfThe('VerifyRider'),
    match: placeOfThe('DriverMatched'),
    capture: placeOfThe('FareCaptured'),
  });
  return async () => {};
};
