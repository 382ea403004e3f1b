import type { Logger } from '../telemetry/logger.ts';

/** How often the same complaint is repeated at most, in milliseconds. */
const SAY_AGAIN_AFTER = 5_000;

/**
 * Logs what kafkajs complains about: it does so at each of its many retries, and of a broker that is
 * away it is enough to hear now and then.
 */
export function sayOnce(
  logger: Logger,
): (level: 'error' | 'warn', message: string, details: object) => void {
  const saidAt = new Map<string, number>();
  return (level, message, details) => {
    const now = Date.now();
    const again = now - (saidAt.get(message) ?? 0) < SAY_AGAIN_AFTER;
    if (!again) saidAt.set(message, now);
    if (saidAt.size > 100) saidAt.clear();
    logger[level === 'error' && !again ? 'warn' : 'debug']({ details }, `kafkajs: ${message}`);
  };
}
