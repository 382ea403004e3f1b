import { header } from '../../platform/log/headers.ts';
import type { LogRecord } from '../../platform/log/ports.ts';

type Decode = (value: Buffer) => { readonly data: object };

/**
 * What was set aside, and so is accounted for without having had its effect: the ids that a dead letter
 * names, as its key, its correlation id, or in its content where that can be read.
 */
export class DeadLetters {
  readonly #ids = new Set<string>();
  readonly #decode: Decode;

  constructor(decode: Decode) {
    this.#decode = decode;
  }

  read({ key, headers, value }: LogRecord): void {
    this.#ids.add(key);
    const correlationId = headers[header.correlationId];
    if (correlationId !== undefined) this.#ids.add(correlationId);
    try {
      const { data } = this.#decode(value ?? Buffer.alloc(0));
      if ('tripId' in data) this.#ids.add(String(data.tripId));
    } catch {
      // Most dead letters are here because they cannot be read.
    }
  }

  concerns(id: string): boolean {
    return this.#ids.has(id);
  }
}
