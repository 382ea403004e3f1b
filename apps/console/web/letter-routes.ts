import { z } from 'zod';
import type { AvroCodec } from '../../../platform/avro/codec.ts';
import { type Route, route } from '../../../platform/http/route.ts';
import type { Writer } from '../../../platform/log/ports.ts';
import { letterTopics } from '../../dead-letters/options.ts';
import type { Connection } from '../core/connect.ts';
import { expectToken } from './guard.ts';
import { letterRows, redriveLetters } from './letters.ts';
import { forPage } from './problems.ts';
import { get } from './routes.ts';

const json = { 200: { description: 'JSON.' } };

/** Dead letters, and the one thing that this console writes. */
export function letterRoutes(
  connection: Connection,
  codec: AvroCodec,
  writer: Writer,
  token: string | undefined,
): readonly Route[] {
  return [
    get({
      path: '/api/letters',
      operationId: 'letters',
      tag: 'dead letters',
      summary: 'The latest dead letters',
      responses: json,
      handle: async () => ({ status: 200, body: await letterRows(connection, codec) }),
    }),
    route({
      method: 'post',
      path: '/api/letters/redrive',
      operationId: 'redrive',
      tag: 'dead letters',
      summary: 'Sends dead letters back to where they came from',
      headers: z.object({ authorization: z.string().optional() }),
      body: z.strictObject({
        letters: z
          .array(
            z.strictObject({
              topic: z.enum(letterTopics as [string, ...string[]]),
              partition: z.int().min(0),
              offset: z.int().min(0),
            }),
          )
          .min(1)
          .max(500),
      }),
      responses: json,
      async handle({ headers, body }) {
        expectToken(token, headers.authorization);
        const results = await redriveLetters(connection, writer, body.letters).catch(
          (error: unknown) => {
            throw forPage(error);
          },
        );
        return { status: 200, body: results };
      },
    }),
  ];
}
