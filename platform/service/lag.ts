import type { PartitionLag } from '../kafka/group-consumer.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** Registers where the lag of a kind's consumer can be asked for. */
export type ReportLag = (kind: string, lag: () => readonly PartitionLag[]) => void;

/** Lag is computed when somebody asks for the metrics. A shard's lag is that of its partition number. */
export function createLagReport(metrics: Metrics): ReportLag {
  const sources: [kind: string, lag: () => readonly PartitionLag[]][] = [];
  metrics.gauge(
    'hail_lag_records',
    'Records of a topic that have not been handled: decided, folded, sent and stored.',
    ['kind', 'topic', 'partition'],
    (gauge) => {
      gauge.reset();
      for (const [kind, lag] of sources) {
        for (const { topic, partition, records } of lag()) {
          gauge.set({ kind, topic, partition: String(partition) }, records);
        }
      }
    },
  );
  return (kind, lag) => void sources.push([kind, lag]);
}
