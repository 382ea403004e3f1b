import { Client } from '../apps/facade/client.ts';

/** Who took part in a trip. */
export interface Taken {
  readonly tripId: string;
  readonly riderId: string;
  readonly driverId: string;
}

/** How a trip is asked for where nobody else drives, so that it is offered to our driver alone. */
export interface Wish {
  readonly client: Client;
  readonly riderId: string;
  readonly driverId: string;
  readonly pickup: object;
  readonly dropoff: object;
}

/** A rider with money and an available driver, alone in a part of the country of their own. */
export async function pair(url: string): Promise<Wish> {
  const client = new Client(url);
  const latitude = 40 + 10 * Math.random();
  const longitude = 20 + 10 * Math.random();
  const [riderId, driverId] = await Promise.all([
    client.rider(),
    client.driver({ latitude, longitude }),
  ]);
  const pickup = { latitude, longitude };
  return { client, riderId, driverId, pickup, dropoff: { ...pickup, latitude: latitude + 0.01 } };
}

/** Requests a trip; resolves with its id as soon as it has been accepted. */
export async function request({ client, riderId, pickup, dropoff }: Wish): Promise<string> {
  const { tripId } = await client.api.send<{ tripId: string }>('/trips', {
    riderId,
    pickup,
    dropoff,
  });
  return tripId;
}

/** From the offer to the end of the ride. */
export async function ride({ client, driverId }: Wish, tripId: string): Promise<void> {
  await client.accept(driverId, tripId);
  await client.trip(tripId, 'assigned');
  await client.step(tripId, 'arrival', driverId);
  await client.trip(tripId, 'arrived');
  await client.step(tripId, 'start', driverId);
  await client.trip(tripId, 'in-progress');
  await client.step(tripId, 'completion', driverId);
  await client.trip(tripId, 'completed');
}

/** The rider pays for the trip, and the driver is free again. */
export async function settled({ client, riderId, driverId }: Wish): Promise<void> {
  await client.until(`/riders/${riderId}`, ({ account }) => account?.held === 0);
  await client.until(`/drivers/${driverId}`, ({ status }) => status === 'available');
}

/** One whole trip, from two registrations to the fare, and the driver's way home. */
export async function takeTrip(url: string, stars?: number): Promise<Taken> {
  const wish = await pair(url);
  const { client, riderId, driverId } = wish;
  const tripId = await request(wish);
  await ride(wish, tripId);
  if (stars !== undefined) await rate(wish, tripId, stars);
  await settled(wish);
  await client.goOffline(driverId);
  client.api.close();
  return { tripId, riderId, driverId };
}

/** The rider rates the trip. */
export async function rate(
  { client, riderId }: Wish,
  tripId: string,
  stars: number,
): Promise<void> {
  await client.api.send(`/trips/${tripId}/rating`, { by: 'rider', actorId: riderId, stars });
  await client.until(`/trips/${tripId}`, ({ ratings }) => ratings?.rider?.stars === stars);
}
