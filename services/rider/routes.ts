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
import {
  currency,
  deposit,
  id,
  idempotencyKey,
  nothing,
  text,
} from '../../platform/http/shapes.ts';
import type { CommandSender, ReadModel } from '../../platform/messaging/ports.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { RiderCommand } from '../../schemas/messages.gen.ts';
import { topics } from '../../schemas/topics.ts';
import { isKnownRider, presentRider, riderResource } from './resource.ts';
import type { RiderState } from './rider.ts';

export interface RiderRoutesPorts {
  readonly commands: CommandSender;
  readonly riders: ReadModel<RiderState>;
  readonly accepted: Accepted;
  readonly logger: Logger;
}

const params = z.object({ riderId: id });

/** Riders: registering, paying in, suspending, looking up. Everything that changes answers 202. */
export function riderRoutes({
  commands,
  accepted,
  logger,
  ...ports
}: RiderRoutesPorts): readonly Route[] {
  const riders = existing(ports.riders, isKnownRider);
  const send = (riderId: string, traceparent: string, ...messages: RiderCommand[]) =>
    commands.send(topics.riderCommands.name, riderId, messages, traceparent);
  const mustBeKnown = async (riderId: string) => {
    const known = await lookUp(riderId, riders, accepted, logger);
    if (known.is === 'absent') throw new ProblemError('not-found', 'There is no such rider.');
  };

  return [
    route({
      method: 'post',
      path: '/riders',
      operationId: 'registerRider',
      tag: 'riders',
      summary: 'Register a rider, with a first deposit if wanted',
      headers: createHeaders,
      body: z.strictObject({
        name: text(200),
        currency: currency.default('EUR'),
        deposit: deposit.optional(),
      }),
      responses: {
        201: {
          description: 'Asked to wait: the rider is registered, with what was paid in.',
          schema: riderResource,
          headers: createdHeaders,
        },
        202: {
          description: 'Accepted; the rider is at `Location`.',
          schema: z.strictObject({ riderId: id }),
          headers: acceptedHeaders,
        },
      },
      async handle(request) {
        const { body, traceparent } = request;
        if (body.deposit && body.deposit.currency !== body.currency) {
          throw new ProblemError(
            'invalid-request',
            "The deposit must be in the account's currency.",
            {
              errors: [
                {
                  in: 'body',
                  field: '/deposit/currency',
                  detail: `must be ${body.currency}, as the account`,
                },
              ],
            },
          );
        }
        const key = request.headers['idempotency-key'];
        const riderId = chooseId('rider', '', key);
        const { name, currency, deposit: amount } = body;
        const messages: RiderCommand[] = [
          { type: 'RegisterRider', data: { riderId, name, currency } },
        ];
        if (amount) {
          const depositId = chooseId('deposit', riderId, 'first');
          messages.push({ type: 'DepositFunds', data: { riderId, depositId, amount } });
        }
        const known =
          key === undefined ? undefined : await lookUp(riderId, riders, accepted, logger);
        await accept({
          id: riderId,
          body,
          known,
          send: () => send(riderId, traceparent, ...messages),
          accepted,
          logger,
        });
        return answerCreated({
          id: riderId,
          location: `/riders/${riderId}`,
          pending: { riderId },
          request,
          model: riders,
          decided: ({ account }) => !amount || account.deposited >= amount.amountMinor,
          present: presentRider,
        });
      },
    }),
    route({
      method: 'get',
      path: '/riders/{riderId}',
      operationId: 'getRider',
      tag: 'riders',
      summary: 'A rider and the account',
      params,
      headers: waitHeaders,
      responses: {
        200: { description: 'The rider.', schema: riderResource, headers: waitAnswerHeaders },
        304: { description: 'Still the same.', headers: waitAnswerHeaders },
        404: { description: 'There is no such rider.' },
      },
      handle: ({ params: { riderId }, headers, signal }) =>
        findResource({
          id: riderId,
          headers,
          signal,
          model: riders,
          accepted,
          present: presentRider,
          pending: (body) => ({
            riderId,
            status: 'pending',
            name: (body as { name: string }).name,
          }),
        }),
    }),
    route({
      method: 'post',
      path: '/riders/{riderId}/deposits',
      operationId: 'depositFunds',
      tag: 'riders',
      summary: "Pay into a rider's account",
      params,
      headers: idempotencyKey,
      body: z.strictObject({ amount: deposit }),
      responses: {
        202: { description: 'Accepted.', schema: z.strictObject({ depositId: id }) },
        404: { description: 'There is no such rider.' },
      },
      async handle({ params: { riderId }, headers, body, traceparent }) {
        await mustBeKnown(riderId);
        const key = headers['idempotency-key'];
        const depositId = chooseId('deposit', riderId, key && `key ${key}`);
        const known = key && (await lookUp(depositId, undefined, accepted, logger));
        await accept({
          id: depositId,
          body,
          known: known || undefined,
          send: () =>
            send(riderId, traceparent, {
              type: 'DepositFunds',
              data: { riderId, depositId, amount: body.amount },
            }),
          accepted,
          logger,
        });
        return { status: 202, body: { depositId } };
      },
    }),
    route({
      method: 'put',
      path: '/riders/{riderId}/status',
      operationId: 'setRiderStatus',
      tag: 'riders',
      summary: 'Suspend or reinstate a rider',
      params,
      body: z.strictObject({
        status: z.enum(['active', 'suspended']),
        reason: text(500).optional(),
      }),
      responses: {
        202: { description: 'Accepted.', schema: nothing },
        404: { description: 'There is no such rider.' },
      },
      async handle({ params: { riderId }, body, traceparent }) {
        await mustBeKnown(riderId);
        const reason = body.reason ?? 'not given';
        const command: RiderCommand =
          body.status === 'active'
            ? { type: 'ReinstateRider', data: { riderId } }
            : { type: 'SuspendRider', data: { riderId, reason } };
        await send(riderId, traceparent, command);
        return { status: 202, body: {} };
      },
    }),
  ];
}
