import type { Connection } from '../core/connect.ts';
import { lagOf } from '../core/lag.ts';
import { catalogued } from '../core/topic-facts.ts';
import type { GroupLag, Overview, ProcessFacts, TopicRate } from './shapes.ts';
import { MINUTES, type TripBoard } from './trip-board.ts';

/** Samples of lag that are kept per group; one is taken each time somebody looks. */
const SAMPLES = 60;

/** What goes on in the whole system. Rejects when Kafka is away. */
export function createOverview(
  connection: Connection,
  board: TripBoard,
  processes: () => Promise<readonly ProcessFacts[]>,
): () => Promise<Overview> {
  const history = new Map<string, readonly number[]>();
  let before: { readonly at: number; readonly ends: ReadonlyMap<string, number> } | undefined;

  const rates = async (): Promise<readonly TopicRate[]> => {
    const names = await connection.inspector.topics();
    const ranges = await connection.reader.ranges(names);
    const at = Date.now();
    const sum = (topic: string, of: (range: { start: number; end: number }) => number) =>
      ranges.filter((range) => range.topic === topic).reduce((all, range) => all + of(range), 0);
    const ends = new Map(names.map((name) => [name, sum(name, ({ end }) => end)]));
    const last = before;
    before = { at, ends };
    return names.map((topic) => {
      const came = (ends.get(topic) ?? 0) - (last?.ends.get(topic) ?? ends.get(topic) ?? 0);
      return {
        topic,
        kind: catalogued(topic)?.kind,
        records: sum(topic, ({ start, end }) => end - start),
        perSecond: last === undefined ? 0 : (came * 1_000) / (at - last.at),
      };
    });
  };

  const lags = async (): Promise<readonly GroupLag[]> => {
    const shards = Map.groupBy(await lagOf(connection), ({ group }) => group);
    return [...shards].map(([group, lags]) => {
      const seconds = Math.max(...lags.map((lag) => lag.seconds));
      const known = [...(history.get(group) ?? []), seconds].slice(-SAMPLES);
      history.set(group, known);
      const records = lags.reduce((all, lag) => all + lag.records, 0);
      return { group, seconds, records, history: known };
    });
  };

  return async () => {
    const [told, topics, lag] = await Promise.all([processes(), rates(), lags()]);
    const at = Date.now();
    return { at, processes: told, topics, lag, funnel: board.funnel(at), minutes: MINUTES };
  };
}
