import { defineConfig } from 'vitest/config';

/**
 * Three kinds of tests, told apart by file name: `unit` needs nothing but Node, `int` runs on a real
 * Kafka, registry and Redis, `e2e` runs the whole system as processes. One kind after another, so that
 * none has to wait for the processor longer than it should.
 */
export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['**/*.unit.test.ts'],
          sequence: { groupOrder: 0 },
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'int',
          sequence: { groupOrder: 1 },
          include: ['**/*.int.test.ts'],
          globalSetup: ['infra/test-backends.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          sequence: { groupOrder: 2 },
          include: ['**/*.e2e.test.ts'],
          globalSetup: ['infra/test-backends.ts'],
          // The files share one Kafka, and a system is run by one at a time.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
