import type { Command } from 'commander';
import { auditSystem } from '../../audit/audit-system.ts';
import { figuresTable } from '../../audit/figures.ts';
import { describe } from '../../audit/findings.ts';
import { Problem } from '../core/problem.ts';
import { type CommonOptions, command } from './context.ts';

interface AuditOptions extends CommonOptions {
  readonly quiet?: boolean;
  readonly readModels: boolean;
}

export function auditCommand(): Command {
  return command<AuditOptions>(
    'audit',
    'checks that the logs tell one consistent story; exit code 1 if not',
    async ({ connection: { addresses }, output, signal }, _, { quiet = false, readModels }) => {
      const { kafkaBrokers, schemaRegistryUrl, redisUrl } = addresses;
      if (schemaRegistryUrl === undefined) {
        throw new Problem('usage', 'An audit needs a schema registry: name it with --registry.');
      }
      if (readModels && redisUrl === undefined) {
        throw new Problem(
          'usage',
          'Name Redis with --redis, or leave it out with --no-read-models.',
        );
      }
      const all = { kafkaBrokers, schemaRegistryUrl, redisUrl: redisUrl ?? '' };
      const report = await auditSystem(all, { quiet, readModels, signal });
      const { figures, violations } = report;
      if (output.json) output.document(report);
      else {
        output.line(figuresTable(figures));
        const count = figures.violations;
        output.line(
          count === 0
            ? output.paint('green', 'No violation')
            : output.paint('red', `${count} violations`),
        );
        for (const violation of violations) output.line(`  ${describe(violation)}`);
      }
      return figures.violations === 0 ? 0 : 1;
    },
  )
    .option('--quiet', 'the system is at rest: whatever has begun must have ended')
    .option('--no-read-models', 'look at Kafka alone');
}
