import { findStory } from '../../../apps/console/core/story.ts';
import { exchangesOf } from '../../2-interaction-styles/exchanges.ts';
import { measure } from '../../2-interaction-styles/measure.ts';
import { type Solve, writeAnswers } from '../../lab.ts';
import { placeOf } from '../../place.ts';

export const solve: Solve = async (lab) => {
  const tripId = await measure(lab, () => {}, 1);
  const exchanges = exchangesOf(await findStory(lab.connection, tripId));
  if (exchanges === undefined) throw new Error(`trip ${tripId} does not show all styles`);
  const { reaction: _, ...shown } = exchanges;
  const places = Object.entries(shown).map(([name, { record }]) => [name, placeOf(record)]);
  writeAnswers(lab, { tripId, ...Object.fromEntries(places) });
  return async () => {};
};
