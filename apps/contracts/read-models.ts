import { acceptedKey } from '../../platform/redis/accepted.ts';
import { feedLength, liveChannel, stateKey, streamKey } from '../../platform/redis/feed.ts';
import { geoKeys } from '../../platform/redis/geo-index.ts';
import { logPositionsKey } from '../../platform/redis/log-positions.ts';
import { shardKeys } from '../../platform/redis/snapshot-store.ts';
import { topics } from '../../schemas/topics.ts';
import { AVAILABLE, driverAggregate } from '../../services/driver/driver/aggregate.ts';
import { newsLogs } from '../../services/notification/rules.ts';
import { aggregates } from './traffic.ts';

/** A key in Redis. */
interface Key {
  readonly name: string;
  readonly type: 'hash' | 'set' | 'zset' | 'geo' | 'stream' | 'string' | 'channel';
  readonly key: string;
  readonly holds: string;
}

/** Keys that are folded from the same topics. */
interface ReadModel {
  readonly name: string;
  readonly from: readonly string[];
  readonly keys: readonly Key[];
}

/** The partition whose keys are shown. */
export const shownPartition = 2;

/** All that Redis keeps, by what it is made from. */
export function readModels(): readonly ReadModel[] {
  const located = geoKeys(driverAggregate.kind, shownPartition);
  const recipient = 'rider:<id>';
  return [
    ...aggregates.map(shardModel),
    {
      name: 'locations',
      from: [topics.driverLocations.name],
      keys: [
        { name: 'positions', type: 'geo', key: located.positions, holds: 'where drivers are' },
        { name: 'located', type: 'zset', key: located.located, holds: 'since when that is known' },
      ],
    },
    {
      name: 'notification',
      from: newsLogs,
      keys: [
        {
          name: 'stream',
          type: 'stream',
          key: streamKey(recipient),
          holds: `the latest ${feedLength} or so notifications of one recipient`,
        },
        {
          name: 'state',
          type: 'hash',
          key: stateKey(recipient),
          holds: 'the number of the newest, and the highest origin per log partition',
        },
        { name: 'live', type: 'channel', key: liveChannel(recipient), holds: 'each new one' },
        {
          name: 'positions',
          type: 'hash',
          key: logPositionsKey('notification', shownPartition),
          holds: 'by log: how far it has been read',
        },
      ],
    },
    {
      name: 'facade',
      from: [],
      keys: [
        {
          name: 'accepted',
          type: 'string',
          key: acceptedKey('<id>'),
          holds: 'what was accepted under an id, for a day',
        },
      ],
    },
  ];
}

function shardModel({ kind, log, decider, view }: (typeof aggregates)[number]): ReadModel {
  const keys = shardKeys(kind, shownPartition);
  const position: Key = {
    name: 'position',
    type: 'hash',
    key: keys.position,
    holds: 'how far the shard has been folded: offset, epoch, seq, marks, origins',
  };
  const documents: Key = {
    name: 'documents',
    type: 'hash',
    key: keys.documents,
    holds: `by id: each ${kind}, and the offset of its last event`,
  };
  const deadlines: Key = {
    name: 'deadlines',
    type: 'zset',
    key: keys.deadlines,
    holds: 'when which of them wants to be woken',
  };
  const available: Key = {
    name: AVAILABLE,
    type: 'set',
    key: keys.set(AVAILABLE),
    holds: `ids of those that are ${AVAILABLE}`,
  };
  const changes: Key = {
    name: 'changes',
    type: 'channel',
    key: keys.changes,
    holds: 'JSON: the ids of the documents that a snapshot changes',
  };
  return {
    name: kind,
    from: [log],
    keys: [
      position,
      documents,
      ...(decider.deadline ? [deadlines] : []),
      ...(view ? [available] : []),
      changes,
    ],
  };
}

export function drawReadModels(): string {
  const models = readModels();
  const lines = models.flatMap(({ name, from }) =>
    from.map((topic) => `  "${topic}" }o--|| ${name} : "is folded into"`),
  );
  const boxes = models.map(({ name, keys }) => {
    const fields = keys.map(({ type, name, key }) => `    ${type} ${name} "${key}"`);
    return [`  ${name} {`, ...fields, '  }'].join('\n');
  });
  return ['erDiagram', ...lines, ...boxes].join('\n');
}

export function readModelTable(): string {
  const rows = readModels().flatMap(({ keys }) =>
    keys.map(({ key, type, holds }) => `| \`${key}\` | ${type} | ${holds} |`),
  );
  return ['| key | type | holds |', '| --- | --- | --- |', ...rows].join('\n');
}
