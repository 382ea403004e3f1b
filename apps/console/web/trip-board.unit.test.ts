import { expect, it } from 'vitest';
import type { Shown } from '../core/show.ts';
import { TripBoard } from './trip-board.ts';

let offset = 10;
const event = (key: string, type: string, timestamp: number, data: object = {}, epoch = '9.0') =>
  ({
    ...{ topic: 'trip.events', partition: 0, offset: (offset += 1), timestamp, key, type, data },
    ...{ what: 'event', bytes: 0, headers: { epoch } },
  }) as unknown as Shown;

const here = { latitude: 52.5, longitude: 13.4 };

it('knows where trips are, how far they came and how they ended', () => {
  const board = new TripBoard();
  board.take(event('a', 'TripRequested', 1_000, { pickup: here, dropoff: here }));
  board.take(event('b', 'TripRequested', 2_000, { pickup: here, dropoff: here }));
  board.take(event('a', 'DriverSearchStarted', 2_100));
  board.take(event('a', 'TripAssigned', 2_200, { driverId: 'd' }));
  board.take(event('b', 'TripCancelled', 2_300));
  expect(board.recent(5)).toMatchObject([
    { tripId: 'b', stage: 'cancelled', ended: true },
    { tripId: 'a', stage: 'assigned', driverId: 'd', requestedAt: 1_000, pickup: here },
  ]);
  board.take(event('a', 'DriverWithdrew', 2_400));
  expect(board.underWay()).toMatchObject([
    { tripId: 'a', stage: 'searching', driverId: undefined },
  ]);
  const { reached, ended } = board.funnel(3_000);
  expect(reached.map(({ trips }) => trips)).toEqual([2, 1, 1, 0, 0, 0]);
  expect(ended).toContainEqual({ stage: 'cancelled', trips: 1 });
});

it('does not believe an owner that was deposed', () => {
  const board = new TripBoard();
  board.take(event('a', 'TripRequested', 1_000, { pickup: here, dropoff: here }));
  board.take(event('a', 'TripCancelled', 1_100, {}, '4.7'));
  expect(board.underWay()).toMatchObject([{ tripId: 'a', stage: 'requested' }]);
});
