import { RegistryAwayError } from '../../../platform/avro/registry-browser.ts';
import { ProblemError } from '../../../platform/http/problem.ts';
import { UnavailableError } from '../../../platform/messaging/ports.ts';
import { Problem } from '../core/problem.ts';

const codes = {
  away: 'unavailable',
  unknown: 'not-found',
  refused: 'already-ended',
  usage: 'invalid-request',
} as const;

/** What went wrong, for the page: what an inspection says of itself, or which server is away. */
export function forPage(thrown: unknown): ProblemError {
  if (thrown instanceof ProblemError) return thrown;
  if (thrown instanceof Problem) return new ProblemError(codes[thrown.kind], thrown.message);
  const away = whoIsAway(thrown);
  if (away === undefined) return new ProblemError('internal', undefined, { cause: thrown });
  return new ProblemError(
    'unavailable',
    `${away} cannot be reached. This page goes on when it is back.`,
    {
      cause: thrown,
    },
  );
}

const servers = { kafka: 'Kafka', redis: 'Redis', registry: 'The schema registry' } as const;

function whoIsAway(thrown: unknown): string | undefined {
  if (thrown instanceof RegistryAwayError) return 'The schema registry';
  if (thrown instanceof UnavailableError) {
    const { dependency } = thrown;
    return dependency === 'readModel' ? 'The read model' : servers[dependency];
  }
  return thrown instanceof Error && thrown.name.startsWith('KafkaJS') ? 'Kafka' : undefined;
}
