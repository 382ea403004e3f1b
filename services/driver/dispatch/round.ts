import type {
  DispatchEvent,
  DriverSearchStarted,
  WithdrawnOffer,
} from '../../../schemas/messages.gen.ts';
import type { Candidate, CandidatesQuestion } from './candidates.ts';
import type { DispatchRules, OpenSearch } from './dispatch.ts';

/** A round that is about to be opened. */
type Round = Pick<
  OpenSearch,
  'tripId' | 'riderId' | 'pickup' | 'dropoff' | 'quote' | 'attempt' | 'round' | 'excludedDriverIds'
>;

export function firstRound(search: DriverSearchStarted): Round {
  const { tripId, riderId, pickup, dropoff, quote, attempt, excludedDriverIds } = search;
  return { tripId, riderId, pickup, dropoff, quote, attempt, round: 1, excludedDriverIds };
}

function nextRound(search: OpenSearch): Round {
  const { tripId, riderId, pickup, dropoff, quote, attempt, round } = search;
  const unwilling = search.offers.filter(({ answer }) => answer !== null && answer !== 'REJECTED');
  const excludedDriverIds = [
    ...new Set([...search.excludedDriverIds, ...unwilling.map(({ driverId }) => driverId)]),
  ];
  return { tripId, riderId, pickup, dropoff, quote, attempt, round: round + 1, excludedDriverIds };
}

/** Whom to look for; `busy` drivers are left out of this one round. */
export function questionOf(
  { pickup, round, excludedDriverIds }: Round,
  busy: readonly string[],
  rules: DispatchRules,
): CandidatesQuestion {
  return {
    near: pickup,
    radiusMetres: radiusOf(round, rules),
    limit: rules.offersPerRound,
    excludedDriverIds: [...excludedDriverIds, ...busy],
  };
}

/** Whom to look for once this round is over; `undefined` if it was the last. */
export function nextQuestion(
  search: OpenSearch,
  rules: DispatchRules,
): CandidatesQuestion | undefined {
  if (search.round >= rules.maximumRounds) return undefined;
  const busy = search.offers.filter(({ answer }) => answer === 'REJECTED' || answer === null);
  return questionOf(
    nextRound(search),
    busy.map(({ driverId }) => driverId),
    rules,
  );
}

function radiusOf(
  round: number,
  { firstRadiusMetres, largestRadiusMetres }: DispatchRules,
): number {
  return Math.min(firstRadiusMetres * 2 ** (round - 1), largestRadiusMetres);
}

/** First look further soon, then wait for somebody to become free. */
function emptyFor(round: number, { emptyRoundMs, longestEmptyRoundMs }: DispatchRules): number {
  return Math.min(emptyRoundMs * 2 ** (round - 1), longestEmptyRoundMs);
}

/** Asks the candidates, all at once. */
export function openRound(
  round: Round,
  candidates: readonly Candidate[],
  rules: DispatchRules,
  now: number,
): DispatchEvent {
  const { tripId, attempt } = round;
  return {
    type: 'OfferRoundOpened',
    data: {
      ...round,
      radiusMetres: radiusOf(round.round, rules),
      offers: candidates.map(({ driverId, distanceMetres }, index) => ({
        offerId: `${tripId}.${attempt}.${round.round}.${index}`,
        driverId,
        distanceMetres,
      })),
      closesAt: now + (candidates.length > 0 ? rules.windowMs : emptyFor(round.round, rules)),
      openedAt: now,
    },
  };
}

/** Takes back what nobody answered, and opens the next round or gives up. */
export function closeRound(
  search: OpenSearch,
  candidates: readonly Candidate[],
  rules: DispatchRules,
  now: number,
): readonly DispatchEvent[] {
  const { tripId, attempt, round } = search;
  const withdrawn = unanswered(search);
  if (round >= rules.maximumRounds) {
    return [{ type: 'SearchExhausted', data: { tripId, attempt, rounds: round, withdrawn } }];
  }
  return [
    { type: 'OfferRoundClosed', data: { tripId, attempt, round, withdrawn } },
    openRound(nextRound(search), candidates, rules, now),
  ];
}

/** The offers to which there is no answer yet. */
export function unanswered({ offers }: OpenSearch): readonly WithdrawnOffer[] {
  return offers
    .filter(({ answer }) => answer === null)
    .map(({ offerId, driverId }) => ({ offerId, driverId }));
}
