import type { Aggregate } from '../messaging/aggregate.ts';
import type { Message } from '../messaging/message.ts';
import { sleep } from './clock.ts';
import { ShardContext, type ShardPorts } from './context.ts';
import { Deciding } from './deciding.ts';
import { cloudEvent, receive } from './envelope.ts';
import { Folding } from './folding.ts';
import type { LogRecord, NewRecord } from './ports.ts';
import { CLAIM, CLAIM_TYPE } from './reader.ts';
import { Superseded } from './retry.ts';
import { Signal } from './signal.ts';

/** A shard that was deposed but is still assigned claims again after this time, whoever deposed it. */
const CLAIM_AGAIN_AFTER = 20_000;
const PAUSE_AFTER_FAILURE = 1_000;
/** How often an owner looks whether Redis still holds what it has stored. */
const LOOK_EVERY = 2_000;

type Claim = Message<string, { token: string; instance: string; generation: number }>;

/**
 * - `idle`: not assigned here.
 * - `claiming`: its claim is on its way; the log is being folded up to it.
 * - `owner`: the last claim in the log is its own; it decides.
 * - `deposed`: someone with a newer generation has claimed; it waits to be assigned again.
 */
export type ShardStatus = 'idle' | 'claiming' | 'owner' | 'deposed';

/**
 * One shard: the inbox partition, log partition and Redis keys of one number, as this instance sees
 * them. It claims, restores and then runs two loops, deciding and folding, until it is deposed or
 * revoked. docs/architecture.md has the rules and the reasons.
 */
export class Shard<S extends object, I extends Message, E extends Message, Q, A> {
  readonly #context: ShardContext<S, I, E, Q, A>;
  readonly #deciding: Deciding<S, I, E, Q, A>;
  readonly #folding: Folding<S, I, E, Q, A>;
  readonly #instance: string;
  readonly #work = new Signal();
  readonly #readBack = new Signal();
  readonly #loops: Promise<unknown>;
  #status: ShardStatus = 'idle';
  #generation = -1;
  #token = '';
  /** Whether the claim with `#token` has been read. */
  #claimRead = false;
  /** Changes with every take-over and revocation. */
  #tenure = 0;
  #stopping = false;
  #stopped = false;
  #busy = 0;
  #cancelLook: (() => void) | undefined;

  constructor(
    aggregate: Aggregate<S, I, E, Q, A>,
    partition: number,
    instance: string,
    ports: ShardPorts<Q, A>,
  ) {
    this.#context = new ShardContext(
      aggregate,
      partition,
      ports,
      (reason) => this.#restart(reason),
      (work) => this.#background(work),
    );
    this.#folding = new Folding(this.#context);
    this.#deciding = new Deciding(
      this.#context,
      () => this.#work.notify(),
      (first, records) => this.#folding.appended(first, records),
    );
    this.#instance = instance;
    this.#loops = Promise.all([this.#decideLoop(), this.#foldLoop()]);
  }

  get status(): ShardStatus {
    return this.#status;
  }

  /** The group gave this shard to this instance, or left it here. Claims it unless that is under way. */
  assign(generation: number): void {
    this.#generation = generation;
    if (this.#status === 'idle' || this.#status === 'deposed') this.#background(this.#takeOver());
  }

  /** The group gave the shard to another instance: stop at once. The claims make it safe. */
  revoke(): void {
    if (this.#status === 'idle') return;
    this.#status = 'idle';
    this.#void();
    this.#context.ports.observe({ type: 'revoked' });
  }

  /** Takes records of one of the shard's topics, in order of offset. */
  receive(topic: string, records: readonly LogRecord[]): void {
    if (this.#status === 'idle' || this.#status === 'deposed') return;
    if (topic === this.#context.aggregate.log) {
      this.#folding.receive(records);
      this.#readBack.notify();
    } else {
      this.#deciding.receive(topic, records);
      this.#work.notify();
    }
  }

  /**
   * Stops: decides nothing more, waits (at most `milliseconds`) until what was appended has been read
   * back, sent and stored, so that the next owner has nothing to repeat.
   */
  async stop(milliseconds: number): Promise<void> {
    this.#stopping = true;
    const { clock } = this.#context.ports;
    const until = clock.now() + milliseconds;
    while (this.#hasUnfinished() && clock.now() < until) await sleep(clock, 5);
    this.#stopped = true;
    this.revoke();
    this.#work.notify();
    this.#readBack.notify();
    await this.#loops;
  }

  #hasUnfinished(): boolean {
    if (this.#status !== 'owner') return false;
    const { seq, waiting, isUnstored } = this.#folding;
    return this.#busy > 0 || this.#deciding.seq > seq || waiting > 0 || isUnstored;
  }

  /** Claims the shard and begins anew from the stored snapshot. */
  async #takeOver(): Promise<void> {
    this.#status = 'claiming';
    const tenure = this.#void();
    const current = () => tenure === this.#tenure;
    const claimed = await this.#claim(current);
    const { store } = this.#context.ports;
    const { position, deadlines } = await this.#context.redis(current, () => store.open());
    if (!current()) return;
    // Behind this position the claim would never be read. Who folded it is deposed by it: once more.
    if (position !== undefined && position.offset > claimed) {
      this.#restart('another owner has stored a snapshot that contains the claim');
      return;
    }
    this.#folding.begin(position);
    this.#context.timers.load(deadlines);
  }

  /** Resolves with the offset of the claim. */
  async #claim(current: () => boolean): Promise<number> {
    const { partition, source, aggregate, ports } = this.#context;
    const { codec, clock, writer, observe } = ports;
    this.#token = ports.token();
    this.#claimRead = false;
    const data = {
      shard: `${aggregate.kind}/${partition}`,
      instance: this.#instance,
      token: this.#token,
      generation: this.#generation,
      claimedAt: clock.now(),
    };
    const id = `${aggregate.log}/${partition}/claim/${this.#token}`;
    const record: NewRecord = {
      key: data.shard,
      value: codec.encode(CLAIM, data),
      headers: cloudEvent(source, id, CLAIM_TYPE),
    };
    observe({ type: 'claimed', generation: this.#generation });
    return this.#context.kafka(current, () => writer.append(aggregate.log, partition, [record]));
  }

  /** Whatever is under way is void. */
  #void(): number {
    this.#deciding.end();
    this.#folding.end();
    this.#claimRead = false;
    this.#tenure += 1;
    return this.#tenure;
  }

  /** What the claims just read mean, now that everything before them has been folded. */
  async #readClaims(claims: readonly LogRecord[]): Promise<void> {
    const { ports } = this.#context;
    const tenure = this.#tenure;
    let own = false;
    for (const record of claims) {
      const { data } = await receive<Claim>(ports.codec, record);
      if (tenure !== this.#tenure) return;
      own = data.token === this.#token;
      if (own) this.#claimRead = true;
      else if (this.#claimRead) this.#deposed(data);
    }
    if (!own || this.#status === 'deposed') return;
    this.#status = 'owner';
    const { position } = this.#folding;
    this.#deciding.begin(position);
    ports.observe({ type: 'ready', epoch: position.epoch, offset: position.offset });
    this.#work.notify();
    this.#folding.own();
    this.#keepLooking();
  }

  /**
   * A shard that has nothing to do would not notice that Redis has lost its read model; nor, since it learns
   * from its own appends, that somebody else has written to its log.
   */
  #keepLooking(): void {
    this.#cancelLook?.();
    const tenure = this.#tenure;
    const current = () => tenure === this.#tenure && this.#status === 'owner' && !this.#stopping;
    this.#cancelLook = this.#context.ports.clock.after(LOOK_EVERY, () => {
      if (!current()) return;
      this.#folding.read();
      this.#background(this.#context.check(current).then(() => this.#keepLooking()));
    });
  }

  /** Someone claimed after us: rightly, if by a newer generation; else we claim again at once. */
  #deposed({ instance, generation }: Claim['data']): void {
    this.#context.ports.observe({ type: 'deposed', by: instance, generation });
    const tenure = this.#tenure;
    if (generation <= this.#generation) {
      this.#status = 'claiming';
      this.#background(this.#claim(() => tenure === this.#tenure));
      return;
    }
    this.#status = 'deposed';
    this.#folding.end();
    this.#context.ports.clock.after(CLAIM_AGAIN_AFTER, () => {
      if (tenure === this.#tenure && this.#status === 'deposed') this.#background(this.#takeOver());
    });
  }

  async #decideLoop(): Promise<void> {
    while (!this.#stopped) {
      await this.#work.wait();
      while (!this.#stopping && this.#deciding.hasWork(this.#folding.seq)) {
        await this.#guard(async () => {
          await this.#deciding.step();
          this.#readBack.notify();
        });
      }
    }
  }

  async #foldLoop(): Promise<void> {
    while (!this.#stopped) {
      await this.#readBack.wait();
      while (this.#folding.waiting > 0 || this.#deciding.hasConsumed(this.#folding.seq)) {
        await this.#guard(() => this.#fold());
      }
    }
  }

  async #fold(): Promise<void> {
    const folded = await this.#folding.fold(
      () => this.#deciding.end(),
      (seq) => this.#deciding.takeConsumed(seq),
    );
    if (folded !== undefined && folded.claims.length > 0) await this.#readClaims(folded.claims);
    this.#deciding.armTimer();
    this.#work.notify();
  }

  async #guard(run: () => Promise<void>): Promise<void> {
    this.#busy += 1;
    try {
      await run();
    } catch (error) {
      await this.#recover(error);
    } finally {
      this.#busy -= 1;
    }
  }

  /** An error that nobody foresaw: say so, pause, and begin anew from the snapshot. */
  async #recover(error: unknown): Promise<void> {
    if (error instanceof Superseded) return;
    const tenure = this.#tenure;
    this.#context.ports.observe({ type: 'failed', error });
    await sleep(this.#context.ports.clock, PAUSE_AFTER_FAILURE);
    if (tenure === this.#tenure) this.#restart('an unexpected error');
  }

  #restart(reason: string): void {
    if (this.#status === 'idle' || this.#status === 'deposed' || this.#stopped) return;
    this.#context.ports.observe({ type: 'restarting', reason });
    this.#background(this.#takeOver());
  }

  #background(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.#recover(error));
  }
}
