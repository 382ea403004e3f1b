import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What Hail's processes say when they cannot go on; other output is none of theirs, and said as well. */
const FATAL = '"level":"fatal"';

/** The last thing each process wrote that explains why it ended, one line each, from a folder of logs. */
export function lastWords(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((file) => {
    const lines = readFileSync(join(folder, file), 'utf8').trimEnd().split('\n');
    const last = lines.findLast((line) => line.includes(FATAL) || !line.startsWith('{'));
    return last ? [`${file}: ${last}`] : [];
  });
}
