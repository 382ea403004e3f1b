import {
  type DeadlineReached,
  type Decider,
  type Decision,
  ignore,
} from '../../../platform/messaging/decider.ts';
import type { Received } from '../../../platform/messaging/message.ts';
import type {
  DispatchEvent,
  DriverReply,
  OfferAnswer,
  TripEvent,
} from '../../../schemas/messages.gen.ts';
import type { Candidate, CandidatesQuestion } from './candidates.ts';
import {
  type DispatchRules,
  type DispatchState,
  evolve,
  initialDispatch,
  type OpenSearch,
} from './dispatch.ts';
import {
  closeRound,
  firstRound,
  nextQuestion,
  openRound,
  questionOf,
  unanswered,
} from './round.ts';

/** What a dispatch listens to: the drivers' answers, and trips that want a driver or no longer do. */
export type DispatchInput =
  | DriverReply
  | Extract<TripEvent, { type: 'DriverSearchStarted' | 'TripCancelled' }>;

type Input = Received<DispatchInput> | DeadlineReached;
type Answer = readonly Candidate[];

/** The rules of a search: rounds of offers to the nearest drivers, of whom the first to accept wins. */
export function dispatchDecider(
  rules: DispatchRules,
): Decider<DispatchState, DispatchInput, DispatchEvent, CandidatesQuestion, Answer> {
  return {
    initialState: initialDispatch,
    evolve,
    isEnded: ({ status }) => status !== 'searching',
    deadline: (state) =>
      state.status === 'searching'
        ? state.closesAt + (state.offers.length > 0 ? rules.graceMs : 0)
        : undefined,
    lookup(input, state) {
      if (input.type === 'DriverSearchStarted') {
        return isNew(input.data.attempt, state)
          ? questionOf(firstRound(input.data), [], rules)
          : undefined;
      }
      return state.status === 'searching' && closes(input, state)
        ? nextQuestion(settled(input, state), rules)
        : undefined;
    },
    decide(input, state, { now, answer = [] }) {
      switch (input.type) {
        case 'DriverSearchStarted':
          if (!isNew(input.data.attempt, state)) return ignore('this search has begun');
          return [openRound(firstRound(input.data), answer, rules, now)];
        case 'OfferAnswer':
          return answered(input, state, answer, rules, now);
        case 'TripCancelled': {
          if (state.status !== 'searching') return ignore('no search is open');
          const { tripId, attempt } = state;
          return [
            { type: 'SearchCancelled', data: { tripId, attempt, withdrawn: unanswered(state) } },
          ];
        }
        case 'DeadlineReached':
          if (state.status !== 'searching') return ignore('no search is open');
          return closeRound(state, answer, rules, now);
        default:
          return input satisfies never;
      }
    },
  };
}

/** A search that is still open has begun, whatever the attempt; so has one that was. */
function isNew(attempt: number, state: DispatchState): boolean {
  return state.status === 'none' || (state.status !== 'searching' && attempt > state.attempt);
}

/** The offer that an answer is for, if it is still awaited. */
function awaited({ offerId, driverId }: OfferAnswer, state: OpenSearch) {
  return state.offers.find(
    (offer) => offer.offerId === offerId && offer.driverId === driverId && offer.answer === null,
  );
}

/** Whether the round is over with this input, and without a match. */
function closes(input: Input, state: OpenSearch): boolean {
  if (input.type === 'DeadlineReached') return true;
  if (input.type !== 'OfferAnswer' || input.data.answer === 'ACCEPTED') return false;
  return awaited(input.data, state) !== undefined && unanswered(state).length === 1;
}

/** The search with this answer in it. */
function settled(input: Input, state: OpenSearch): OpenSearch {
  if (input.type !== 'OfferAnswer') return state;
  const after = evolve(state, { type: 'OfferAnswered', data: input.data });
  return after as OpenSearch;
}

function answered(
  input: Extract<Input, { type: 'OfferAnswer' }>,
  state: DispatchState,
  candidates: Answer,
  rules: DispatchRules,
  now: number,
): Decision<DispatchEvent> {
  // Offers of a closed round have been withdrawn, which releases whoever accepted too late.
  if (state.status !== 'searching' || awaited(input.data, state) === undefined) {
    return ignore('this offer is closed');
  }
  const { tripId, offerId, driverId, answer } = input.data;
  const event: DispatchEvent = {
    type: 'OfferAnswered',
    data: { tripId, offerId, driverId, answer },
  };
  const after = settled(input, state);
  if (answer === 'ACCEPTED') {
    const { attempt, round } = state;
    const withdrawn = unanswered(after);
    return [
      event,
      { type: 'DriverMatched', data: { tripId, attempt, round, driverId, offerId, withdrawn } },
    ];
  }
  return closes(input, state) ? [event, ...closeRound(after, candidates, rules, now)] : [event];
}
