import { z } from 'zod';
import { type Accepted, accept, chooseId, isSame, lookUp } from '../../platform/http/accept.ts';
import { findResource, waitAnswerHeaders, waitHeaders } from '../../platform/http/conditional.ts';
import {
  acceptedHeaders,
  answerCreated,
  createdHeaders,
  createHeaders,
} from '../../platform/http/created.ts';
import { existing } from '../../platform/http/existing.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { type Answer, type Route, route } from '../../platform/http/route.ts';
import { id, nothing, position, text } from '../../platform/http/shapes.ts';
import type { CommandSender, ReadModel } from '../../platform/messaging/ports.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { TripCommand } from '../../schemas/messages.gen.ts';
import { topics } from '../../schemas/topics.ts';
import { isKnownTrip, presentTrip, requestOf, type TripStatus, tripResource } from './resource.ts';
import type { TripState } from './trip.ts';

export interface TripRoutesPorts {
  readonly commands: CommandSender;
  readonly trips: ReadModel<TripState>;
  readonly accepted: Accepted;
  readonly logger: Logger;
}

const params = z.object({ tripId: id });
const byDriver = z.strictObject({ driverId: id });
const actor = z.enum(['rider', 'driver', 'operator']);
const toActor = { rider: 'RIDER', driver: 'DRIVER', operator: 'OPERATOR' } as const;
const ends: ReadonlySet<TripStatus> = new Set(['refused', 'completed', 'cancelled', 'unfulfilled']);

const responses = {
  202: {
    description: 'Accepted. Should the trip refuse it, that comes as an event.',
    schema: nothing,
  },
  404: { description: 'There is no such trip.' },
  409: { description: 'The trip has ended otherwise, and can no longer change.' },
} satisfies Record<number, Answer>;

/** Trips: requesting, looking up, and what rider and driver do along the way. */
export function tripRoutes({
  commands,
  accepted,
  logger,
  ...ports
}: TripRoutesPorts): readonly Route[] {
  const trips = existing(ports.trips, isKnownTrip);

  /**
   * Sends a command to a trip. Refuses only what no lag of the read model can make right: a trip that
   * nobody asked for, and one that has ended (unless in `repeats`, where the command changes nothing).
   */
  async function send(
    tripId: string,
    traceparent: string,
    command: TripCommand,
    repeats?: TripStatus,
  ) {
    const known = await lookUp(tripId, trips, accepted, logger);
    if (known.is === 'absent') throw new ProblemError('not-found', 'There is no such trip.');
    if (known.is === 'document') {
      const { status } = presentTrip(known.state);
      if (ends.has(status) && status !== repeats) {
        throw new ProblemError('already-ended', `The trip is ${status}.`);
      }
    }
    await commands.send(topics.tripCommands.name, tripId, [command], traceparent);
    return { status: 202, body: {} };
  }

  return [
    route({
      method: 'post',
      path: '/trips',
      operationId: 'requestTrip',
      tag: 'trips',
      summary: 'Request a trip',
      headers: createHeaders,
      body: z.strictObject({ riderId: id, pickup: position, dropoff: position }),
      responses: {
        201: {
          description:
            'Asked to wait: the rider has been verified and a driver is being searched, or the trip is refused.',
          schema: tripResource,
          headers: createdHeaders,
        },
        202: {
          description: 'Accepted; the trip is at `Location`. Whether it comes about shows there.',
          schema: z.strictObject({ tripId: id, status: z.literal('pending') }),
          headers: acceptedHeaders,
        },
      },
      async handle(request) {
        const { body, traceparent } = request;
        const key = request.headers['idempotency-key'];
        const tripId = chooseId('trip', body.riderId, key);
        const known = key ? await lookUp(tripId, trips, accepted, logger) : undefined;
        const earlier = known?.is === 'document' ? requestOf(known.state) : undefined;
        await accept({
          id: tripId,
          body,
          known,
          same: earlier === undefined || isSame(earlier, body),
          send: () =>
            commands.send(
              topics.tripCommands.name,
              tripId,
              [{ type: 'RequestTrip', data: { tripId, ...body } }],
              traceparent,
            ),
          accepted,
          logger,
        });
        return answerCreated({
          id: tripId,
          location: `/trips/${tripId}`,
          pending: { tripId, status: 'pending' },
          request,
          model: trips,
          decided: ({ status }) => status !== 'requested',
          present: presentTrip,
        });
      },
    }),
    route({
      method: 'get',
      path: '/trips/{tripId}',
      operationId: 'getTrip',
      tag: 'trips',
      summary: 'A trip',
      params,
      headers: waitHeaders,
      responses: {
        200: { description: 'The trip.', schema: tripResource, headers: waitAnswerHeaders },
        304: { description: 'Still the same.', headers: waitAnswerHeaders },
        404: { description: 'There is no such trip.' },
      },
      handle: ({ params: { tripId }, headers, signal }) =>
        findResource({
          id: tripId,
          headers,
          signal,
          model: trips,
          accepted,
          present: presentTrip,
          pending: (body) => ({ tripId, status: 'pending', ...body }),
        }),
    }),
    route({
      method: 'post',
      path: '/trips/{tripId}/cancellation',
      operationId: 'cancelTrip',
      tag: 'trips',
      summary: 'Cancel a trip; it may cost a fee',
      params,
      body: z.strictObject({ by: actor, actorId: id, reason: text(500).optional() }),
      responses,
      handle: ({ params: { tripId }, body: { by, actorId, reason = null }, traceparent }) => {
        const data = { tripId, by: toActor[by], actorId, reason };
        return send(tripId, traceparent, { type: 'CancelTrip', data }, 'cancelled');
      },
    }),
    route({
      method: 'post',
      path: '/trips/{tripId}/arrival',
      operationId: 'reportArrival',
      tag: 'trips',
      summary: 'The driver is at the pickup',
      params,
      body: byDriver,
      responses,
      handle: ({ params: { tripId }, body: { driverId }, traceparent }) =>
        send(tripId, traceparent, { type: 'ReportArrival', data: { tripId, driverId } }),
    }),
    route({
      method: 'post',
      path: '/trips/{tripId}/start',
      operationId: 'startTrip',
      tag: 'trips',
      summary: 'The rider is in, the ride begins',
      params,
      body: byDriver,
      responses,
      handle: ({ params: { tripId }, body: { driverId }, traceparent }) =>
        send(tripId, traceparent, { type: 'StartTrip', data: { tripId, driverId } }),
    }),
    route({
      method: 'post',
      path: '/trips/{tripId}/completion',
      operationId: 'completeTrip',
      tag: 'trips',
      summary: 'The ride is over',
      params,
      body: byDriver,
      responses,
      handle: ({ params: { tripId }, body: { driverId }, traceparent }) =>
        send(
          tripId,
          traceparent,
          { type: 'CompleteTrip', data: { tripId, driverId } },
          'completed',
        ),
    }),
    route({
      method: 'post',
      path: '/trips/{tripId}/rating',
      operationId: 'rateTrip',
      tag: 'trips',
      summary: 'Rate a completed trip',
      params,
      body: z.strictObject({
        by: z.enum(['rider', 'driver']),
        actorId: id,
        stars: z.int().min(1, 'must be from 1 to 5').max(5, 'must be from 1 to 5'),
        comment: text(2_000).optional(),
      }),
      responses,
      handle: ({ params: { tripId }, body, traceparent }) => {
        const { by, actorId, stars, comment = null } = body;
        const data = { tripId, by: toActor[by], actorId, stars, comment };
        return send(tripId, traceparent, { type: 'RateTrip', data }, 'completed');
      },
    }),
  ];
}
