import { destination, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/**
 * A logger that writes JSON lines to stderr (stdout is for what a process has to tell its parent),
 * from the level in `LOG_LEVEL` on (default `info`), each line naming the service and its instance.
 * Writes are synchronous, so that the last words of a dying process are not lost.
 */
export function createLogger(service: string, instance: string): Logger {
  return pino(
    {
      level: process.env['LOG_LEVEL'] || 'info',
      base: { service, instance },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination({ fd: 2, sync: true }),
  );
}

/** A logger that says nothing. */
export function silentLogger(): Logger {
  return pino({ level: 'silent' });
}
