import type { Cluster } from 'kafkajs';
import Broker, { type Protocol } from 'kafkajs/src/broker/index.js';
import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup.js';
import Connection from 'kafkajs/src/network/connection.js';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import Encoder from 'kafkajs/src/protocol/encoder.js';
import { FETCH } from './fetch-request.ts';
import { decodeFetch } from './fetch-response.ts';

/** How long a request queued behind too many others waits until it is looked at again. */
const LOOK_AGAIN = 10;
const SMALLEST_BUFFER = 64;

const generations = new Map<string, number>();

/**
 * The generation with which the member last joined its group; kafkajs does not tell. -1 if unknown.
 */
export function generationOf(memberId: string): number {
  return generations.get(memberId) ?? -1;
}

const ownFetches = new WeakMap<object, (nodeId: number) => Promise<void>>();

/**
 * The consumer with this cluster reads from a broker by calling `fetch`, again and again, between its heartbeats.
 * kafkajs has the rest: the group, the metadata, patience.
 */
export function fetchBy(cluster: Cluster, fetch: (nodeId: number) => Promise<void>): void {
  ownFetches.set(cluster, fetch);
}

/**
 * Mends kafkajs 2.2.4 once per process: an idle connection no longer re-arms a 1 ms timer for ever
 * (4 % of a core per connection, measured), requests that are first on a connection at the same moment open it
 * once (kafkajs opens it for each and loses all but the last, which keep the process alive), a consumer that
 * crashed comes back as the member it was (as a new one it would wait until the old one's session has
 * expired, 6 s), a consumer may have its own way to fetch, fetch responses are decoded in one pass (kafkajs
 * copies all headers once per header), and the group generation is noted.
 */
export function mendKafkajs(): void {
  if (mended) return;
  mended = true;
  RequestQueue.prototype.scheduleCheckPendingRequests = function scheduleWhenPending() {
    if (this.pending.length === 0 || this.throttleCheckTimeoutId !== null) return;
    const throttled = this.throttledUntil - Date.now();
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
      throttled > 0 ? throttled : LOOK_AGAIN,
    );
  };
  // The constructor asks this how much to clear before it knows what will be written.
  Encoder.nextPowerOfTwo = () => 0;
  Encoder.prototype.ensureAvailable = function growUncleared(length) {
    const needed = this.offset + length;
    if (needed <= this.buf.length) return;
    const larger = Buffer.allocUnsafe(Math.max(SMALLEST_BUFFER, 2 * needed));
    this.buf.copy(larger, 0, 0, this.offset);
    this.buf = larger;
  };
  const { connect } = Connection.prototype;
  const connecting = new WeakMap<object, Promise<unknown>>();
  Connection.prototype.connect = function connectOnce() {
    const pending = connecting.get(this) ?? connect.call(this);
    connecting.set(this, pending);
    return pending.finally(() => connecting.delete(this));
  };
  const { joinAndSync } = ConsumerGroup.prototype;
  const members = new WeakMap<object, string>();
  ConsumerGroup.prototype.joinAndSync = async function joinAsBefore() {
    // A cluster is one consumer's own. An id that has expired is refused, and kafkajs asks for a new one.
    this.memberId ??= members.get(this.cluster) ?? null;
    await joinAndSync.call(this);
    if (this.memberId !== null) members.set(this.cluster, this.memberId);
  };
  const { fetch: fetchBatches } = ConsumerGroup.prototype;
  ConsumerGroup.prototype.fetch = async function fetchItsOwnWay(nodeId) {
    const own = ownFetches.get(this.cluster);
    if (own === undefined) return fetchBatches.call(this, nodeId);
    try {
      await this.cluster.refreshMetadataIfNecessary();
      await own(Number(nodeId));
    } catch (error) {
      await this.recoverFromFetch(error);
    }
    return [];
  };
  const { fetch } = Broker.prototype;
  Broker.prototype.fetch = function fetchInOnePass(request) {
    const mended = withProtocol(this, (built) => {
      if (built.request.apiVersion !== FETCH.version) return built;
      const { decode, parse } = built.response;
      const decodeOnce = async (body: Buffer) => decodeFetch(body) ?? decode(body);
      return { ...built, response: { parse, decode: decodeOnce } };
    });
    return fetch.call(mended, request);
  };
  const { joinGroup } = Broker.prototype;
  Broker.prototype.joinGroup = async function joinGroupNoted(request) {
    const joined = await joinGroup.call(this, request);
    generations.set(joined.memberId, joined.generationId);
    return joined;
  };
}

/** The broker, but for how it turns its requests into bytes and bytes into answers. */
function withProtocol(
  broker: typeof Broker.prototype,
  change: (built: Protocol) => Protocol,
): typeof Broker.prototype {
  const lookupRequest = (key: number, definitions: object) => {
    const build = broker.lookupRequest(key, definitions);
    return (args: object) => change(build(args));
  };
  return Object.create(broker, { lookupRequest: { value: lookupRequest } });
}

let mended = false;
