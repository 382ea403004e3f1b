import { describe, expect, it } from 'vitest';
import { messages } from '../../schemas/topics.ts';
import { addressees, type News, notify } from './rules.ts';

const trip = { tripId: 't', riderId: 'r', driverId: 'd' };
const told = (type: string, data: object) =>
  notify({ type, data } as News).map((notification) => notification.recipient);

describe('notify', () => {
  it('tells both sides, with the event as it is', () => {
    const event = { type: 'TripAssigned', data: { ...trip, offerId: 'o' } } as News;
    expect(notify(event)).toEqual([
      { recipient: 'rider:r', type: 'TripAssigned', data: event.data },
      { recipient: 'driver:d', type: 'TripAssigned', data: event.data },
    ]);
  });

  it.each([
    ['TripRequested', ['rider:r']],
    ['DriverArrived', ['rider:r']],
    ['TripStarted', ['rider:r', 'driver:d']],
    ['TripCompleted', ['rider:r', 'driver:d']],
    ['DriverWithdrew', ['rider:r', 'driver:d']],
    ['OfferMade', ['driver:d']],
    ['DriverReleased', ['driver:d']],
    ['FundsDeposited', ['rider:r']],
    ['HoldReleased', ['rider:r']],
  ])('%s goes to %j', (type, recipients) => {
    expect(told(type, trip)).toEqual(recipients);
  });

  it('tells no driver of a trip that has none yet', () => {
    expect(told('TripCancelled', { ...trip, driverId: null })).toEqual(['rider:r']);
    expect(told('TripCancelled', trip)).toEqual(['rider:r', 'driver:d']);
  });

  it('tells whoever gave a command of its refusal', () => {
    const refused = (by: string) => told('TripCommandRefused', { ...trip, by, actorId: 'a' });
    expect(refused('RIDER')).toEqual(['rider:a']);
    expect(refused('DRIVER')).toEqual(['driver:a']);
    expect(refused('OPERATOR')).toEqual([]);
  });

  it('keeps to itself exactly what concerns only the services', () => {
    const all = [...messages.RiderEvent, ...messages.TripEvent, ...messages.DriverEvent];
    expect(all.filter((type) => addressees[type] === undefined)).toEqual([
      'RiderVerified',
      'RiderVerificationRefused',
      'DriverMatchRefused',
      'OfferRejected',
      'OfferAccepted',
      'RideBegun',
    ]);
    expect(told('RiderVerified', trip)).toEqual([]);
  });
});
