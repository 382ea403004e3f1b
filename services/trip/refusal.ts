import type { Decision } from '../../platform/messaging/decider.ts';
import type { Actor, TripCommand, TripEvent } from '../../schemas/messages.gen.ts';
import type { TripState } from './trip.ts';

/** Says to whoever gave a command that it was not done, and why. The trip stays as it is. */
export function refuse(
  command: TripCommand,
  state: TripState,
  by: Actor,
  actorId: string,
  reason: string,
): Decision<TripEvent> {
  const riderId = state.status === 'none' ? null : state.riderId;
  const { tripId } = command.data;
  return [
    {
      type: 'TripCommandRefused',
      data: { tripId, riderId, command: command.type, by, actorId, reason },
    },
  ];
}

/** Why a trip in this state is not open for what needs it otherwise. */
export function standing({ status }: TripState): string {
  return status === 'none' ? 'there is no such trip' : `the trip is ${words[status] ?? status}`;
}

const words: Readonly<Record<string, string>> = { inProgress: 'in progress' };
