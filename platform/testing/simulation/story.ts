import type { LogRecord } from '../../log/ports.ts';
import { readMessage } from './codec.ts';
import type { Plan } from './plan.ts';
import type { Playing } from './plant.ts';
import { aggregates } from './world.ts';

export interface Story {
  readonly wrong: string | undefined;
  /** What happened, numbered, with virtual times; then how the logs end. */
  readonly lines: readonly string[];
}

const LAST_RECORDS = 12;

/** Plays a plan and takes down what happens. */
export async function tell(play: Playing['play'], plan: Plan): Promise<Story> {
  const lines: string[] = [];
  const { wrong, world } = await play(plan, (who, what, at) => {
    const time = (at / 1_000).toFixed(3).padStart(7);
    lines.push(`${String(lines.length + 1).padStart(4)}  ${time} s  ${who.padEnd(14)} ${what}`);
  });
  for (const { log } of Object.values(aggregates)) {
    for (let p = 0; p < plan.partitions; p += 1) {
      const records = world.kafka.records(log, p).slice(-LAST_RECORDS);
      lines.push(`${log}/${p} ends with`, ...records.map((record) => `      ${inShort(record)}`));
    }
  }
  return { wrong, lines };
}

function inShort({ offset, key, headers, value }: LogRecord): string {
  const { type, data } = readMessage(value ?? Buffer.from('{}'));
  const { epoch, cause } = headers;
  const number = epoch === undefined ? '' : `number ${epoch} `;
  const because = cause === undefined ? '' : ` because of ${cause}`;
  return `${offset} ${number}${key} ${type} ${JSON.stringify(data)}${because}`;
}
