import net from 'node:net';

/** What an answer may take, and a connection to come about, in milliseconds. */
const ANSWER_WITHIN = 10_000;
const CONNECT_WITHIN = 2_000;
const CLIENT = 'hail';
/** How many bytes a request must leave free at its beginning: for its length, kind, version, number, and the client. */
export const HEAD = 14 + CLIENT.length;
/** An answer begins with its length and the number of its request. */
const ANSWER_HEAD = 8;

interface Pending {
  readonly resolve: (body: Buffer) => void;
  readonly reject: (error: Error) => void;
}

/** The broker cannot be reached, has closed the connection or is silent. What was asked may have happened. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly retriable = true;
}

/**
 * A connection to one broker. It answers requests in the order in which they were made, so several may be under way.
 * One write a request and no timer of its own: kafkajs takes twice the time for the same.
 */
export class Connection {
  readonly #socket: net.Socket;
  readonly #pending: Pending[] = [];
  #sent = 0;
  #answered = 0;
  #chunks: Buffer[] = [];
  #received = 0;
  /** How many bytes there must be before it is worth to look again. */
  #wanted = ANSWER_HEAD;
  #closed: Error | undefined;

  private constructor(socket: net.Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (error) => this.#end(error));
    socket.on('close', () => this.#end(new Error('the broker has closed the connection')));
    socket.setTimeout(ANSWER_WITHIN, () => {
      if (this.#pending.length > 0) socket.destroy(new Error('the broker does not answer'));
    });
  }

  /** Rejects with a `ConnectionError` when there is nobody. */
  static open(host: string, port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = net.connect({ host, port, noDelay: true, keepAlive: true });
      const failed = (cause: Error) => {
        socket.destroy();
        reject(new ConnectionError(`cannot connect to ${host}:${port}`, { cause }));
      };
      socket.once('error', failed);
      socket.setTimeout(CONNECT_WITHIN, () => failed(new Error('timed out')));
      socket.once('connect', () => {
        socket.off('error', failed);
        socket.setTimeout(0);
        socket.removeAllListeners('timeout');
        resolve(new Connection(socket));
      });
    });
  }

  get isOpen(): boolean {
    return this.#closed === undefined;
  }

  /**
   * Sends a request, whose first `HEAD` bytes are filled in here, and resolves with the body of the answer.
   * Rejects with a `ConnectionError`.
   */
  request(api: number, version: number, request: Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (this.#closed !== undefined) {
        reject(this.#closed);
        return;
      }
      request.writeInt32BE(request.length - 4, 0);
      request.writeInt16BE(api, 4);
      request.writeInt16BE(version, 6);
      request.writeInt32BE(this.#sent, 8);
      request.writeInt16BE(CLIENT.length, 12);
      request.write(CLIENT, 14, 'latin1');
      this.#sent = (this.#sent + 1) & 0x7fffffff;
      this.#pending.push({ resolve, reject });
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#end(new Error('closed'));
  }

  #receive(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#received += chunk.length;
    while (this.#received >= this.#wanted && this.#closed === undefined) this.#take();
  }

  #take(): void {
    const bytes = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
    if (bytes === undefined) return;
    const length = 4 + bytes.readInt32BE(0);
    if (bytes.length < length) {
      this.#chunks = [bytes];
      this.#wanted = length;
      return;
    }
    const left = bytes.subarray(length);
    this.#chunks = left.length > 0 ? [left] : [];
    this.#received = left.length;
    this.#wanted = ANSWER_HEAD;
    if (bytes.readInt32BE(4) !== this.#answered) {
      this.#end(new Error('the broker has answered something else'));
      return;
    }
    this.#answered = (this.#answered + 1) & 0x7fffffff;
    this.#pending.shift()?.resolve(bytes.subarray(ANSWER_HEAD, length));
  }

  #end(cause: Error): void {
    if (this.#closed !== undefined) return;
    this.#closed = new ConnectionError(`the connection to Kafka is lost: ${cause.message}`, {
      cause,
    });
    this.#socket.destroy();
    for (const { reject } of this.#pending.splice(0)) reject(this.#closed);
  }
}
