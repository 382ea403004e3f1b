/** The inner modules of kafkajs 2.2.4 that the driver mends; they ship without types. */
declare module 'kafkajs/src/network/requestQueue/index.js' {
  interface Pending {
    pending: unknown[];
    throttledUntil: number;
    throttleCheckTimeoutId: NodeJS.Timeout | null;
    checkPendingRequests(): void;
    scheduleCheckPendingRequests(): void;
  }
  const RequestQueue: { prototype: Pending };
  export default RequestQueue;
}

declare module 'kafkajs/src/network/connection.js' {
  const Connection: { prototype: { connect(): Promise<unknown> } };
  export default Connection;
}

declare module 'kafkajs/src/consumer/consumerGroup.js' {
  interface ConsumerGroup {
    readonly cluster: { refreshMetadataIfNecessary(): Promise<void> };
    memberId: string | null;
    joinAndSync(): Promise<void>;
    fetch(nodeId: string): Promise<readonly object[]>;
    /** Refreshes the metadata or joins anew, as the error wants it; throws it if nothing of that helps. */
    recoverFromFetch(error: unknown): Promise<void>;
  }
  const ConsumerGroup: { prototype: ConsumerGroup };
  export default ConsumerGroup;
}

declare module 'kafkajs/src/broker/index.js' {
  interface Joined {
    readonly memberId: string;
    readonly generationId: number;
  }
  /** How one request is encoded and its response decoded. */
  export interface Protocol {
    readonly request: { readonly apiVersion: number };
    readonly response: {
      decode(body: Buffer): Promise<object>;
      parse(decoded: object): Promise<unknown>;
    };
  }
  interface Broker {
    joinGroup(request: object): Promise<Joined>;
    fetch(request: object): Promise<unknown>;
    lookupRequest(key: number, definitions: object): (args: object) => Protocol;
  }
  const Broker: { prototype: Broker };
  export default Broker;
}

declare module 'kafkajs/src/protocol/encoder.js' {
  export default class Encoder {
    static nextPowerOfTwo(value: number): number;
    buf: Buffer;
    offset: number;
    ensureAvailable(length: number): void;
    writeInt32(value: number): Encoder;
  }
}

declare module 'kafkajs/src/protocol/decoder.js' {
  export default class Decoder {
    constructor(payload: Buffer);
    readBoolean(): boolean;
    readInt16(): number;
    readInt32(): number;
    readInt64(): { toString(): string };
    readString(): string;
    readArray<T>(read: (decoder: Decoder) => T): T[];
  }
}

declare module 'kafkajs/src/protocol/error.js' {
  /** Of a broker; says whether to try again. */
  export function createErrorFromCode(code: number): Error & {
    readonly type: string;
    readonly retriable: boolean;
  };
}

declare module 'kafkajs/src/protocol/recordBatch/crc32C/index.js' {
  /** May be negative. */
  export default function crc32c(bytes: Buffer): number;
}

declare module 'kafkajs/src/protocol/requests/fetch/v11/response.js' {
  export function decode(body: Buffer): Promise<object>;
}

declare module 'kafkajs/src/protocol/requests/produce/v7/request.js' {
  export default function produce(request: object): {
    encode(): Promise<{ readonly buffer: Buffer }>;
  };
}

declare module 'kafkajs/src/protocol/requests/fetch/v11/request.js' {
  export default function fetch(request: object): {
    encode(): Promise<{ readonly buffer: Buffer }>;
  };
}
