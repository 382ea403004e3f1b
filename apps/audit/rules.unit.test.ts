import { describe } from 'vitest';
import { header } from '../../platform/log/headers.ts';
import { catches, wrote } from './testing/doctored.ts';
import type { MadeRecord } from './testing/history.ts';
import { trip } from './testing/story.ts';

describe('the rules of the log', () => {
  catches([
    {
      what: 'an event is lost',
      kind: 'number',
      doctor: ({ h, tripStarted, tripCompleted }) => {
        h.remove(tripStarted);
        return tripCompleted;
      },
    },
    {
      what: 'two events have one number',
      kind: 'number',
      doctor: ({ h, rated }) => {
        const { epoch } = header;
        h.skipTo('trip', 0, Number(rated.headers[epoch]?.split('.')[1]));
        const command = h.command(trip, 't1', 'CancelTrip');
        return h.event('trip', command, 't1', 'TripCommandRefused', { tripId: 't1' });
      },
    },
    {
      what: 'an event of a deposed writer carries the number of its successor',
      kind: 'writer',
      doctor: ({ tripStarted }) => wrote(tripStarted, { [header.id]: 'trip.events/0/7.4' }),
    },
    {
      what: 'a stranger writes with a number of no claim',
      kind: 'writer',
      doctor: ({ h }) => {
        h.skipTo('trip', 3, 0);
        const command = h.command(trip, 't1', 'CancelTrip');
        return h.event('trip', command, 't1', 'TripCommandRefused', { tripId: 't1' });
      },
    },
    {
      what: 'a stranger writes without a number',
      kind: 'writer',
      doctor: ({ rated }) => {
        delete rated.headers[header.epoch];
        return rated;
      },
    },
    {
      what: 'another service writes',
      kind: 'writer',
      doctor: ({ rated }) => wrote(rated, { [header.source]: '/hail/rider' }),
    },
    {
      what: 'the bytes are another event than the header says',
      kind: 'writer',
      doctor: ({ rated }) => wrote(rated, { [header.type]: 'hail.trip.TripCommandRefused' }),
    },
    {
      what: 'an event cannot be read',
      kind: 'log',
      doctor: ({ rated }) => {
        rated.value = Buffer.from('{');
        return rated;
      },
    },
    {
      what: 'an input is decided twice',
      kind: 'cause',
      doctor: ({ h, requestTrip }) =>
        h.event('trip', requestTrip, 't1', 'TripCommandRefused', { tripId: 't1' }),
    },
    {
      what: 'an input is decided once more by the next owner',
      kind: 'cause',
      doctor: ({ h }) => {
        h.claim('trip');
        const input = h.records.findLast(({ topic }) => topic === trip) as MadeRecord;
        return h.event('trip', input, 't1', 'TripCommandRefused', { tripId: 't1' });
      },
    },
    {
      what: 'an event has no input',
      kind: 'cause',
      doctor: ({ h }) => {
        const command = h.command(trip, 't1', 'CancelTrip');
        h.remove(command);
        return h.event('trip', command, 't1', 'TripCommandRefused', { tripId: 't1' });
      },
    },
    {
      what: 'an event names no cause',
      kind: 'cause',
      doctor: ({ rated }) => {
        delete rated.headers[header.cause];
        return rated;
      },
    },
    {
      what: "an event names another service's inbox as its cause",
      kind: 'cause',
      doctor: ({ rated }) => wrote(rated, { [header.cause]: 'rider.commands/0/0' }),
    },
    {
      what: 'an event is of another aggregate than its input',
      kind: 'cause',
      doctor: ({ rated }) => {
        rated.key = 't2';
        return rated;
      },
    },
    {
      what: 'an event that never happened is decided on',
      kind: 'cause',
      doctor: ({ matched, tripAssigned }) => {
        wrote(matched, { [header.epoch]: '77.0' });
        return tripAssigned;
      },
    },
    {
      what: 'an event names another number than its input has',
      kind: 'cause',
      doctor: ({ tripAssigned }) => {
        const cause = tripAssigned.headers[header.cause] as string;
        return wrote(tripAssigned, { [header.cause]: cause.replace(/\.\d+$/, '.99') });
      },
    },
    {
      what: 'an event does not carry the origin of its input',
      kind: 'cause',
      doctor: ({ captured }) => {
        delete captured.headers[header.origin];
        return captured;
      },
    },
  ]);
});
