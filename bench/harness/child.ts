/**
 * Runs a process of a bench that is none of Hail's: says that it is ready as a service does, and ends
 * when it is asked to, or with its parent.
 */
export async function runChild(
  build: () => Promise<{
    readonly told?: Record<string, unknown>;
    stop(): Promise<unknown>;
  }>,
): Promise<void> {
  const { told, stop } = await build();
  let stopping = false;
  const end = async () => {
    if (stopping) return;
    stopping = true;
    // What hangs must not keep it from ending, nor from writing its profile.
    setTimeout(() => process.exit(1), 4_000).unref();
    await stop();
    process.exit(0);
  };
  process.on('SIGTERM', end).on('SIGINT', end).once('disconnect', end);
  process.stdout.write(`${JSON.stringify({ ready: true, ...told })}\n`);
}

/** An environment variable that the bench sets. */
export function given(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set; npm run bench starts this file`);
  return value;
}
