import { z } from 'zod';
import { ProblemError } from '../../platform/http/problem.ts';
import { type Route, route } from '../../platform/http/route.ts';
import { id } from '../../platform/http/shapes.ts';
import type { ReadModel } from '../../platform/messaging/ports.ts';
import type { RatingState } from './messages.ts';

/** `GET /drivers/{driverId}/rating`: a query, answered from the read model. */
export function ratingRoutes(ratings: ReadModel<RatingState>): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/drivers/{driverId}/rating',
      operationId: 'getRating',
      tag: 'ratings',
      summary: 'What riders think of a driver',
      params: z.object({ driverId: id }),
      responses: {
        200: {
          description: 'The average of all ratings.',
          schema: z.strictObject({ driverId: id, count: z.int(), average: z.number() }),
        },
        404: { description: 'Nobody has rated this driver.' },
      },
      async handle({ params: { driverId } }) {
        const document = await ratings.find(driverId);
        if (document === undefined)
          throw new ProblemError('not-found', 'Nobody has rated this driver.');
        const { count, sum } = document.state;
        return { status: 200, body: { driverId, count, average: sum / count } };
      },
    }),
  ];
}
