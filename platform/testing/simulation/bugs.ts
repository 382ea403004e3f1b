/** A change to one file; what is replaced stands there exactly once. */
export interface Edit {
  /** In `platform/`. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A mistake to be planted, and the rule of docs/architecture.md that it breaks. */
export interface Bug {
  readonly name: string;
  readonly rule: number;
  readonly edits: readonly Edit[];
}

const bug = (
  rule: number,
  name: string,
  ...edits: readonly (readonly [string, string, string])[]
) => ({
  name,
  rule,
  edits: edits.map(([file, find, replace]) => ({ file, find, replace })),
});

/**
 * Mistakes that the simulation must find. They show that it looks at every rule; none of them is
 * anywhere but here.
 */
export const bugs: readonly Bug[] = [
  bug(1, 'believe-strangers', [
    'log/reader.ts',
    'number === undefined || number.epoch !== this.epoch',
    'number === undefined',
  ]),
  bug(2, 'take-repetitions', ['log/reader.ts', 'number.seq <= this.seq', 'false']),
  bug(2, 'split-inside-an-input', [
    'log/batches.ts',
    'batch.push(...input.records);',
    'for (const record of input.records) batches.push([record]);',
  ]),
  bug(2, 'do-not-wait-for-the-append', [
    'log/deciding.ts',
    'await this.#append(batch, current);',
    'await ports.writer.append(aggregate.log, this.#context.partition, batch).catch(() => 0);',
  ]),
  bug(3, 'forget-marks', [
    'log/folder.ts',
    'cause !== undefined && cause.partition === record.partition',
    'cause !== undefined && cause.partition < 0',
  ]),
  bug(3, 'forget-ignored-inputs', ['log/folder.ts', 'this.#advance(topic, next);', ';']),
  bug(
    4,
    'forward-before-read-back',
    [
      'log/deciding.ts',
      'this.#putBack(step.left);',
      `this.#putBack(step.left);
       for (const { key, value, headers } of step.decided.flatMap(({ records }) => records)) {
         const [epoch, seq] = headers.epoch.split('.').map(Number);
         const event = { ...ports.codec.decode(value), metadata: { key } };
         for (const [i, { to, message }] of aggregate.policy(event).entries()) {
           const origin = [aggregate.log, this.#context.partition, epoch + 1 + seq, i].join('/');
           const sent = ports.codec.encode(message.type, message.data);
           const record = { key, value: sent, headers: { ...headers, origin } };
           await this.#context.kafka(current, () => ports.writer.send([{ topic: to, record }]));
         }
       }`,
    ],
    ['log/folding.ts', 'if (messages.length > 0) await', 'if (false) await'],
  ),
  bug(4, 'overlook-what-is-in-between', ['log/known-log.ts', 'first <= this.#end', 'true']),
  bug(4, 'never-look-what-others-wrote', ['log/shard.ts', 'this.#folding.read();', '']),
  bug(4, 'read-no-more-after-a-claim', [
    'log/folding.ts',
    '        this.read();\n        this.#owns = false;',
    '        this.#owns = false;',
  ]),
  bug(4, 'show-what-was-decided', [
    'log/folder.ts',
    'state: entry.folded,',
    'state: entry.decided,',
  ]),
  bug(5, 'decide-before-the-claim-is-read', [
    'log/shard.ts',
    'this.#context.timers.load(deadlines);',
    `this.#context.timers.load(deadlines);
     this.#status = 'owner';
     this.#deciding.begin(this.#folding.position);`,
  ]),
  bug(5, 'do-not-stop-at-a-claim', ['log/folding.ts', 'onClaim();', '']),
  bug(5, 'keep-what-a-claim-made-void', ['log/deciding.ts', 'cache.reset();', '']),
  bug(5, 'wait-when-a-zombie-claims', [
    'log/shard.ts',
    'generation <= this.#generation',
    'generation < 0',
  ]),
  bug(5, 'overlook-a-folded-claim', [
    'log/shard.ts',
    'position !== undefined && position.offset > claimed',
    'false',
  ]),
  bug(5, 'fold-between-tenures', ['log/folding.ts', 'if (this.#begun) this', 'this']),
  bug(6, 'forget-origins', [
    'log/folder.ts',
    `if (origin !== undefined) {`,
    `if (origin === 'never') {`,
  ]),
  bug(6, 'take-what-is-sent-again', [
    'log/decide.ts',
    'if (origin === undefined) return false;',
    'return false;',
  ]),
  bug(7, 'store-before-sending', [
    'log/folding.ts',
    `    if (messages.length > 0) await this.#context.kafka(current, () => writer.send(messages));
    if (!current()) return undefined;
    this.#sent = Math.max(this.#sent, folder.reader.offset);
    const inputs = claims.length === 0 ? consumed(folder.reader.seq) : undefined;
    if (inputs !== undefined) folder.consumed(inputs);
    this.#dirty = true;
    this.#unstored += events.length;
`,
    `    const inputs = claims.length === 0 ? consumed(folder.reader.seq) : undefined;
    if (inputs !== undefined) folder.consumed(inputs);
    this.#dirty = true;
    this.#folding = false;
    this.#storeSoon();
    if (messages.length > 0) await this.#context.kafka(current, () => writer.send(messages));
    if (!current()) return undefined;
`,
  ]),
  bug(7, 'store-while-sending', [
    'log/folding.ts',
    'this.#folding || this.#storing !== undefined',
    'this.#storing !== undefined',
  ]),
  bug(7, 'two-snapshots-at-once', [
    'log/folding.ts',
    'this.#folding || this.#storing !== undefined',
    'this.#folding',
  ]),
  bug(7, 'forget-during-a-fold', [
    'log/folding.ts',
    'if (this.#folding) this.#settle = () => folder.stored(changes);\n    else folder',
    'folder',
  ]),
  bug(7, 'forget-that-something-is-unstored', [
    'log/folding.ts',
    `    ports.source.commit(offsets.map((at) => ({ ...at, partition })));
    this.#storeSoon();`,
    `    ports.source.commit(offsets.map((at) => ({ ...at, partition })));`,
  ]),
  bug(6, 'count-as-sent-what-is-being-sent', [
    'log/folding.ts',
    `    if (messages.length > 0) await this.#context.kafka(current, () => writer.send(messages));
    if (!current()) return undefined;
    this.#sent = Math.max(this.#sent, folder.reader.offset);
`,
    `    this.#sent = Math.max(this.#sent, folder.reader.offset);
    if (messages.length > 0) await this.#context.kafka(current, () => writer.send(messages));
    if (!current()) return undefined;
`,
  ]),
  bug(7, 'apply-only-if-higher', [
    'testing/simulation/redis.ts',
    'if (stored !== base) {',
    'if (stored !== undefined && stored > next.offset) {',
  ]),
  bug(
    7,
    'overlook-that-redis-lost-something',
    ['log/folding.ts', "if (result !== 'applied') {", "if (result === 'ahead') {"],
    ['log/shard.ts', 'this.#folding.own();\n    this.#keepLooking();', ''],
  ),
  bug(7, 'load-without-the-position', [
    'log/context.ts',
    'earliest !== undefined && (offset === undefined || offset < earliest)',
    'false',
  ]),
  bug(7, 'begin-anew-with-the-old-cache', ['log/folding.ts', 'this.#context.cache.clear();', '']),
  bug(7, 'forget-before-it-is-stored', [
    'log/cache.ts',
    'const kept = entry.stored?.version === entry.version;',
    'const kept = true;',
  ]),
  bug(7, 'forget-what-changed-nothing', [
    'log/cache.ts',
    'const kept = entry.stored?.version === entry.version;',
    'const kept = entry.stored?.state === entry.folded;',
  ]),
  bug(7, 'complete-though-it-is-not', [
    'log/folding.ts',
    'const complete = this.#owns;',
    'const complete = true;',
  ]),
  bug(8, 'timers-once-only', ['log/deciding.ts', '    timers.reset();\n', '']),
  bug(8, 'believe-early-timers', [
    'log/deciding.ts',
    'if (ports.clock.now() < next)',
    'if (false)',
  ]),
  bug(8, 'begin-without-timers', ['log/shard.ts', 'this.#context.timers.load(deadlines);', '']),
  bug(
    9,
    'decide-without-the-answer',
    [
      'log/foresee.ts',
      'if (asked.has(id)) return { length: i, asking };',
      'if (asked.has(id)) continue;',
    ],
    ['log/decide.ts', 'if (question !== undefined && !answers(known, question))', 'if (false)'],
  ),
  bug(
    9,
    'decide-on-an-old-answer',
    ['log/foresee.ts', 'if (asked.has(id)) return { length: i, asking };', ''],
    [
      'log/decide.ts',
      'if (question !== undefined && !answers(known, question))',
      'if (question !== undefined && known === undefined)',
    ],
  ),
  bug(10, 'stop-at-what-cannot-be-decided', [
    'log/decide.ts',
    'else deadLetters.push({ record, reason: String(error) });',
    'else throw error;',
  ]),
  bug(10, 'drop-what-cannot-be-read', [
    'log/decide.ts',
    'deadLetters.push({ record, reason: unreadable });',
    '',
  ]),
  bug(
    10,
    'set-aside-too-late',
    ['log/deciding.ts', 'await this.#setAside(step.deadLetters, current);', ''],
    [
      'log/deciding.ts',
      'this.#consumed.push(consumed);',
      'this.#consumed.push(consumed);\n    await this.#setAside(step.deadLetters, current);',
    ],
  ),
  bug(10, 'give-up-when-kafka-is-away', [
    'log/retry.ts',
    "if (!current()) throw new Superseded('superseded', { cause: error });",
    'throw error;',
  ]),
  bug(4, 'keep-the-place-before-handling', [
    'log/follower.ts',
    `    if (events.length > 0) await this.#persist(current, () => handle(events));
    if (!current()) return;
    const position = this.#reader.position;
    const kept = await this.#persist(current, () =>
      positions.store(this.#topic, this.#partition, position),
    );
`,
    `    const position = this.#reader.position;
    const kept = await this.#persist(current, () =>
      positions.store(this.#topic, this.#partition, position),
    );
    if (events.length > 0) await this.#persist(current, () => handle(events));
`,
  ]),
  bug(5, 'read-on-between-tenures', ['log/follower.ts', 'if (!this.#begun) return;', '']),
];
