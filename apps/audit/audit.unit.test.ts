import { expect, it } from 'vitest';
import type { Reach } from './audit.ts';
import { auditOf } from './testing/doctored.ts';
import type { History } from './testing/history.ts';
import { trip, wholeTrip } from './testing/story.ts';

const violationsOf = (h: History, reach?: Reach) => auditOf(h, reach).findings.violations;

it('finds nothing wrong with a whole trip, in whatever order its topics are read', () => {
  const { h } = wholeTrip();
  expect(violationsOf(h)).toEqual([]);
  const { findings } = auditOf(h);
  expect(findings.counts()).toMatchObject({
    'trips requested': 1,
    'trips completed': 1,
    'offers accepted': 1,
    'offers withdrawn': 1,
    replies: 2,
    'money captured EUR': 1_100,
    'money available EUR': 3_900,
  });
  const topics = [...new Set(h.records.map(({ topic }) => topic))];
  for (const order of [topics.toSorted(), topics.toSorted().reverse()]) {
    const sorted = order.flatMap((topic) => h.records.filter((record) => record.topic === topic));
    h.records.splice(0, h.records.length, ...sorted);
    expect(violationsOf(h)).toEqual([]);
  }
});

it('takes what a crash leaves behind for what it is: zombies, repeated events and messages', () => {
  const { h, captured, captureFare } = wholeTrip();
  h.repeat(captured);
  h.claim('rider');
  h.repeat(captured);
  h.repeat(captureFare);
  const { findings } = auditOf(h);
  expect(findings.violations).toEqual([]);
  expect(findings.counts()).toMatchObject({
    'events repeated': 1,
    'events zombie': 1,
    'messages repeated': 1,
  });
});

it('counts what is under way, unless the system is quiet', () => {
  const { h, tripRequested } = wholeTrip();
  const end = h.records.indexOf(tripRequested);
  h.records.splice(end + 1);
  const counts = auditOf(h, { quiet: false }).findings;
  expect(counts.violations).toEqual([]);
  expect(counts.counts()).toMatchObject({ 'trips open': 1, 'messages under way': 1 });
  const kinds = violationsOf(h).map(({ kind }) => kind);
  expect(kinds.sort()).toEqual(['message', 'trip']);
  const { findings } = auditOf(h, { quiet: true, since: tripRequested.timestamp + 1 });
  expect(findings.violations).toEqual([]);
  expect(findings.counts()).toMatchObject({ 'trips open, left by an earlier run': 1 });
});

it('counts a request that was set aside, and does not miss its answer', () => {
  const { h } = wholeTrip();
  h.setAside(h.command(trip, 't2', 'RequestTrip'));
  const { findings } = auditOf(h);
  expect(findings.violations).toEqual([]);
  expect(findings.counts()).toMatchObject({ 'requests waiting, set aside': 1, 'dead letters': 1 });
});

it('takes a dead letter that was sent back for what it is', () => {
  const { h } = wholeTrip();
  const request = h.command(trip, 't2', 'RequestTrip');
  h.setAside(request);
  const again = h.repeat(request, { origin: `${trip}.dlq/0/1/0` });
  const data = { tripId: 't2', riderId: 'r', reason: 'TOO_SHORT', refusedAt: 1 };
  h.event('trip', again, 't2', 'TripRequestRefused', data);
  expect(auditOf(h).findings.violations).toEqual([]);
});

it('does not blame a living system for what was written after the reading began', () => {
  const { h, verification } = wholeTrip();
  const at = h.records.indexOf(verification);
  h.records.splice(at + 1);
  const dropped = ['rider.commands', 'rider.events', 'trip.events'];
  h.records.splice(0, at + 1, ...h.records.filter(({ topic }) => !dropped.includes(topic)));
  expect(violationsOf(h, { quiet: false, isSettled: () => false })).toEqual([]);
});
