import { z } from 'zod';
import { type Accepted, accept, chooseId, lookUp } from '../../platform/http/accept.ts';
import { findResource, waitAnswerHeaders, waitHeaders } from '../../platform/http/conditional.ts';
import {
  acceptedHeaders,
  answerCreated,
  createdHeaders,
  createHeaders,
} from '../../platform/http/created.ts';
import { existing } from '../../platform/http/existing.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { type Route, route } from '../../platform/http/route.ts';
import { id, nothing, position, text, time } from '../../platform/http/shapes.ts';
import type { CommandSender, ReadModel } from '../../platform/messaging/ports.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { DriverCommand, DriverStream } from '../../schemas/messages.gen.ts';
import { topics } from '../../schemas/topics.ts';
import { type DriverState, isKnownDriver } from './driver/driver.ts';
import { driverResource, presentDriver } from './resource.ts';

export interface DriverRoutesPorts {
  readonly commands: CommandSender;
  readonly drivers: ReadModel<DriverState>;
  readonly accepted: Accepted;
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const params = z.object({ driverId: id });
const offerParams = z.object({ offerId: id });
const ping = z
  .strictObject({
    latitude: position.shape.latitude,
    longitude: position.shape.longitude,
    recordedAt: time.optional(),
  })
  .meta({
    id: 'Ping',
    description: 'Where a driver is (degrees, WGS 84), or was at `recordedAt`.',
  });
const pings = z.union([
  ping,
  z.array(ping).min(1, 'must not be empty').max(500, 'must have at most 500 locations'),
]);

const fleetPings = z
  .array(
    ping
      .extend({ driverId: id })
      .meta({ id: 'FleetPing', description: 'A ping of one driver of a fleet.' }),
  )
  .min(1, 'must not be empty')
  .max(500, 'must have at most 500 locations');

/** Drivers: registering, going online, saying where they are, answering offers. */
export function driverRoutes(ports: DriverRoutesPorts): readonly Route[] {
  const { commands, accepted, logger, now } = ports;
  const drivers = existing(ports.drivers, isKnownDriver);
  const send = (driverId: string, traceparent: string, command: DriverCommand) =>
    commands.send(topics.driverCommands.name, driverId, [command], traceparent);

  return [
    route({
      method: 'post',
      path: '/drivers',
      operationId: 'registerDriver',
      tag: 'drivers',
      summary: 'Register a driver, offline at first',
      headers: createHeaders,
      body: z.strictObject({ name: text(200), vehicle: text(200) }),
      responses: {
        201: {
          description: 'Asked to wait: the driver is registered.',
          schema: driverResource,
          headers: createdHeaders,
        },
        202: {
          description: 'Accepted; the driver is at `Location`.',
          schema: z.strictObject({ driverId: id }),
          headers: acceptedHeaders,
        },
      },
      async handle(request) {
        const { body, traceparent } = request;
        const key = request.headers['idempotency-key'];
        const driverId = chooseId('driver', '', key);
        const known = key && (await lookUp(driverId, drivers, accepted, logger));
        await accept({
          id: driverId,
          body,
          known: known || undefined,
          send: () =>
            send(driverId, traceparent, { type: 'RegisterDriver', data: { driverId, ...body } }),
          accepted,
          logger,
        });
        return answerCreated({
          id: driverId,
          location: `/drivers/${driverId}`,
          pending: { driverId },
          request,
          model: drivers,
          decided: () => true,
          present: presentDriver,
        });
      },
    }),
    route({
      method: 'get',
      path: '/drivers/{driverId}',
      operationId: 'getDriver',
      tag: 'drivers',
      summary: 'A driver, with the open offer or the trip',
      params,
      headers: waitHeaders,
      responses: {
        200: { description: 'The driver.', schema: driverResource, headers: waitAnswerHeaders },
        304: { description: 'Still the same.', headers: waitAnswerHeaders },
        404: { description: 'There is no such driver.' },
      },
      handle: ({ params: { driverId }, headers, signal }) =>
        findResource({
          id: driverId,
          headers,
          signal,
          model: drivers,
          accepted,
          present: presentDriver,
          pending: (body) => ({ driverId, status: 'pending', ...body }),
        }),
    }),
    route({
      method: 'put',
      path: '/drivers/{driverId}/status',
      operationId: 'setDriverStatus',
      tag: 'drivers',
      summary: 'Go online (available) or offline',
      params,
      body: z.strictObject({ status: z.enum(['available', 'offline']) }),
      responses: {
        202: { description: 'Accepted.', schema: nothing },
        404: { description: 'There is no such driver.' },
      },
      async handle({ params: { driverId }, body, traceparent }) {
        const known = await lookUp(driverId, drivers, accepted, logger);
        if (known.is === 'absent') throw new ProblemError('not-found', 'There is no such driver.');
        const type = body.status === 'available' ? 'GoOnline' : 'GoOffline';
        await send(driverId, traceparent, { type, data: { driverId } });
        return { status: 202, body: {} };
      },
    }),
    route({
      method: 'post',
      path: '/drivers/{driverId}/locations',
      operationId: 'reportLocations',
      tag: 'drivers',
      summary: 'Say where a driver is: one location, or several in the order they were recorded',
      params,
      body: pings,
      responses: { 202: { description: 'Accepted.', schema: nothing } },
      async handle({ params: { driverId }, body, traceparent }) {
        const messages = (Array.isArray(body) ? body : [body]).map((ping) =>
          toLocated(driverId, ping, now()),
        );
        await commands.send(topics.driverLocations.name, driverId, messages, traceparent);
        return { status: 202, body: {} };
      },
    }),
    route({
      method: 'post',
      path: '/locations',
      operationId: 'reportFleetLocations',
      tag: 'drivers',
      summary: 'Say where many drivers are; several of one driver in the order they were recorded',
      body: fleetPings,
      responses: {
        202: {
          description:
            'All accepted. After a 503 some may have been; sending all again is harmless.',
          schema: nothing,
        },
      },
      async handle({ body, traceparent }) {
        const byDriver = Map.groupBy(body, ({ driverId }) => driverId);
        const at = now();
        await Promise.all(
          [...byDriver].map(([driverId, pings]) => {
            const messages = pings.map((ping) => toLocated(driverId, ping, at));
            return commands.send(topics.driverLocations.name, driverId, messages, traceparent);
          }),
        );
        return { status: 202, body: {} };
      },
    }),
    route({
      method: 'post',
      path: '/offers/{offerId}/acceptance',
      operationId: 'acceptOffer',
      tag: 'offers',
      summary: 'Accept an offer; whether it was still to be had comes as an event',
      params: offerParams,
      body: z.strictObject({ driverId: id }),
      responses: { 202: { description: 'Accepted.', schema: nothing } },
      async handle({ params: { offerId }, body: { driverId }, traceparent }) {
        await send(driverId, traceparent, { type: 'AcceptOffer', data: { driverId, offerId } });
        return { status: 202, body: {} };
      },
    }),
    route({
      method: 'post',
      path: '/offers/{offerId}/decline',
      operationId: 'declineOffer',
      tag: 'offers',
      summary: 'Decline an offer',
      params: offerParams,
      body: z.strictObject({ driverId: id, reason: text(500).optional() }),
      responses: { 202: { description: 'Accepted.', schema: nothing } },
      async handle({ params: { offerId }, body: { driverId, reason = null }, traceparent }) {
        const data = { driverId, offerId, reason };
        await send(driverId, traceparent, { type: 'DeclineOffer', data });
        return { status: 202, body: {} };
      },
    }),
  ];
}

function toLocated(
  driverId: string,
  { latitude, longitude, recordedAt = Infinity }: z.output<typeof ping>,
  now: number,
): DriverStream {
  return {
    type: 'DriverLocated',
    // A clock that is fast must not make later locations look old.
    data: { driverId, position: { latitude, longitude }, recordedAt: Math.min(recordedAt, now) },
  };
}
