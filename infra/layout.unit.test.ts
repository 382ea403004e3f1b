import { describe, expect, it } from 'vitest';
import { wrongWith } from './layout.ts';

const one = (path: string, text: string) => wrongWith({ path, text });

describe('the layout', () => {
  it.each([
    ['services/trip/main.ts', "import { Kafka } from 'kafkajs';", 'imports kafkajs'],
    ['apps/facade/main.ts', "import avsc from 'avsc';", 'imports avsc'],
    ['platform/log/shard.ts', "import { Redis } from 'ioredis';", 'imports ioredis'],
    ['services/trip/routes.ts', "import express from 'express';", 'imports express'],
    ['platform/log/a.ts', "import { a } from '../kafka/a.ts';", 'imports platform/kafka'],
    ['platform/messaging/a.ts', "import { a } from '../log/a.ts';", 'imports platform/log'],
    ['platform/redis/a.ts', "import { a } from '../../services/a.ts';", 'imports services/a'],
    [
      'services/trip/main.ts',
      "import type { A } from '../rider/rider.ts';",
      'imports services/rider',
    ],
    [
      'apps/simulator/city.ts',
      "import { a } from '../../services/trip/trip.ts';",
      'imports services',
    ],
    [
      'apps/simulator/city.ts',
      "await import('../../platform/kafka/a.ts');",
      'imports platform/kafka',
    ],
    ['services/trip/decide.ts', "import { a } from '../../platform/log/a.ts';", 'the domain'],
    ['services/driver/driver/decide.ts', 'const now = Date.now();', 'reads a clock'],
    ['services/rider/policy.ts', 'Math.random();', 'reads a clock'],
    ['services/trip/quote.ts', "import { readFileSync } from 'node:fs';", 'reads a clock'],
    ['apps/start/main.ts', "import { a } from '../../labs/lab.ts';", 'imports labs/lab.ts'],
    ['apps/a.ts', '\n'.repeat(301), '301 lines'],
  ])('does not let %s have %j', (path, text, complaint) => {
    expect(one(path, text).join()).toContain(complaint);
  });

  it('lets everything be where it belongs', () => {
    expect(one('platform/kafka/client.ts', "import { Kafka } from 'kafkajs';")).toEqual([]);
    expect(one('services/trip/main.ts', "import { a } from './decide.ts';")).toEqual([]);
    expect(one('services/trip/decide.ts', "import { evolve } from './evolve.ts';")).toEqual([]);
    expect(
      one('apps/facade/main.ts', "import { a } from '../../services/trip/routes.ts';"),
    ).toEqual([]);
    expect(one('schemas/messages.gen.ts', '\n'.repeat(2_000))).toEqual([]);
  });
});
