import type { Shown } from '../../apps/console/core/show.ts';
import { scan } from '../../platform/kafka/scan.ts';
import { logStart } from '../../platform/log/position.ts';
import { LogReader } from '../../platform/log/reader.ts';
import type { Lab } from '../lab.ts';

/** The events of a log that count, of these types: without zombies and repetitions; in order per partition. */
export async function validEvents(
  { connection: { reader, show } }: Lab,
  log: string,
  types: readonly string[],
): Promise<readonly Shown[]> {
  const readers = new Map<number, LogReader>();
  const found: Shown[] = [];
  for await (const { records } of scan(reader, await reader.ranges([log]))) {
    const events = records.filter((record) => {
      const { partition } = record;
      const own = readers.get(partition) ?? new LogReader(logStart);
      readers.set(partition, own);
      return ['event', 'gap'].includes(own.read(record));
    });
    found.push(...(await show.all(events)).filter(({ type }) => types.includes(type ?? '')));
  }
  return found;
}
