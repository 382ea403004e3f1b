import type { ReadModel, Versioned } from '../messaging/ports.ts';

/**
 * A read model that shows only what `exists`. A command for an unknown aggregate is refused by an
 * event in its log, and so leaves a document of something that never was.
 */
export function existing<S, T extends S>(
  model: ReadModel<S>,
  exists: (state: S) => state is T,
): ReadModel<T> {
  const only = (document: Versioned<S> | undefined): Versioned<T> | undefined =>
    document !== undefined && exists(document.state)
      ? { version: document.version, state: document.state }
      : undefined;
  return {
    find: async (id) => only(await model.find(id)),
    wait: async (id, accept, milliseconds, signal) =>
      only(await model.wait(id, (document) => accept(only(document)), milliseconds, signal)),
  };
}
