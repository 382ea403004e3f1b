import type { Observation, Observe } from '../log/observer.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** How often a dependency being away is said again, in milliseconds. */
const SAY_AGAIN_AFTER = 5_000;

/** Turns what shards and followers say about themselves into log lines and metrics. */
export function createObserver(
  metrics: Metrics,
  logger: Logger,
): (kind: string, partition: number) => Observe {
  const labels = ['kind', 'partition'] as const;
  const claims = metrics.counter('hail_claims_total', 'Claims appended.', labels);
  const inputs = metrics.counter('hail_inputs_decided_total', 'Inputs decided.', labels);
  const appended = metrics.counter('hail_events_appended_total', 'Events appended.', labels);
  const folded = metrics.counter(
    'hail_events_folded_total',
    'Events read back and folded.',
    labels,
  );
  const sent = metrics.counter('hail_messages_sent_total', 'Messages sent to inboxes.', labels);
  const ignored = metrics.counter(
    'hail_inputs_ignored_total',
    'Inputs that changed nothing.',
    labels,
  );
  const dropped = metrics.counter(
    'hail_records_dropped_total',
    'Records that do not count: events of deposed writers, repeated numbers, duplicates.',
    [...labels, 'reason'],
  );
  const deadLetters = metrics.counter('hail_dead_letters_total', 'Inputs set aside.', labels);
  const gaps = metrics.counter('hail_log_gaps_total', 'Missing event numbers: loss.', labels);
  const waits = metrics.counter('hail_waits_total', 'Retries while a dependency was away.', [
    ...labels,
    'dependency',
  ]);
  const progress = metrics.gauge(
    'hail_last_progress_timestamp_seconds',
    'When events were last appended or folded, in seconds since 1970.',
    labels,
  );

  return (kind, partition) => {
    const of = { kind, partition: String(partition) };
    const log = logger.child({ shard: `${kind}:${partition}` });
    let saidAt = 0;
    // Looking up a series by its labels costs more than counting, and these are counted at every step.
    const [inputsHere, appendedHere] = [inputs.labels(of), appended.labels(of)];
    const [foldedHere, sentHere] = [folded.labels(of), sent.labels(of)];
    let progressHere: ReturnType<typeof progress.labels> | undefined;
    const progressed = () => {
      progressHere ??= progress.labels(of); // not before there is some
      progressHere.set(Date.now() / 1_000);
    };
    return (observation: Observation) => {
      switch (observation.type) {
        case 'claimed':
          claims.inc(of);
          log.info({ generation: observation.generation }, 'claims the shard');
          return;
        case 'ready':
          log.info({ epoch: observation.epoch, offset: observation.offset }, 'owns the shard');
          return;
        case 'deposed':
          log.warn({ by: observation.by, generation: observation.generation }, 'was deposed');
          return;
        case 'revoked':
          log.info('gave the shard up');
          return;
        case 'restarting':
          log.warn({ reason: observation.reason }, 'begins anew');
          return;
        case 'waiting': {
          waits.inc({ ...of, dependency: observation.for });
          if (Date.now() - saidAt < SAY_AGAIN_AFTER) return;
          saidAt = Date.now();
          log.warn({ err: observation.error }, `waits for ${observation.for}`);
          return;
        }
        case 'dropped':
          dropped.inc({ ...of, reason: observation.reason });
          log.debug({ at: observation.at, reason: observation.reason }, 'drops a record');
          return;
        case 'gap':
          gaps.inc(of);
          log.error(
            { at: observation.at },
            'events are missing before this one: the log has lost some',
          );
          return;
        case 'unreadable':
          log.error({ at: observation.at, err: observation.error }, 'cannot read an event');
          return;
        case 'dead-letter':
          deadLetters.inc(of);
          log.error({ at: observation.at, reason: observation.reason }, 'sets an input aside');
          return;
        case 'ignored':
          ignored.inc(of);
          log.debug({ input: observation.input, reason: observation.reason }, 'ignores an input');
          return;
        case 'decided':
          inputsHere.inc(observation.inputs);
          appendedHere.inc(observation.events);
          progressed();
          return;
        case 'folded':
          foldedHere.inc(observation.events);
          sentHere.inc(observation.messages);
          progressed();
          return;
        case 'failed':
          log.error({ err: observation.error }, 'failed');
          return;
        default:
          observation satisfies never;
      }
    };
  };
}
