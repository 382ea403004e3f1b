import { parseArgs } from 'node:util';

export interface AuditCliOptions {
  readonly quiet: boolean;
  readonly readModels: boolean;
  readonly json: boolean;
}

export const usage = `npm run audit [-- OPTION…]

  --quiet            the system is at rest: whatever has begun must have ended
  --no-read-models   look at Kafka alone
  --json             figures and violations as JSON

Status 0: nothing is wrong; 1: something is; 2: the audit could not be made.
`;

/** @throws with a message for the person who typed it */
export function readOptions(args: readonly string[]): AuditCliOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quiet: { type: 'boolean' },
      'no-read-models': { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return 'help';
  return {
    quiet: values.quiet ?? false,
    readModels: !values['no-read-models'],
    json: values.json ?? false,
  };
}
