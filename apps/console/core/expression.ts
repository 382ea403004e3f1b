import { Problem } from './problem.ts';

/** A field expression, such as `type == "TripCompleted" && data.fare.amountMinor > 1000`. */
export interface Expression {
  /** Whether it is true of a record. */
  matches(record: object): boolean;
  /** Whether it looks at what only the decoded value tells, which costs time. */
  readonly needsData: boolean;
}

type Value = (record: object) => unknown;

const ROOTS = 'type, key, topic, partition, offset, timestamp, what, bytes, headers, data, text';
const TOKEN =
  /\s*(?:(?<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<number>-?\d+(?:\.\d+)?)|(?<path>[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*|\[\d+\])*)|(?<sign>&&|\|\||==|!=|<=|>=|<|>|~|!|\(|\)))/y;
const DEEPEST = 50;

interface Token {
  readonly kind: 'text' | 'number' | 'path' | 'sign' | 'end';
  readonly text: string;
  readonly at: number;
}

/**
 * Parses `||`, `&&`, `!`, parentheses and the comparisons `==`, `!=`, `<`, `<=`, `>`, `>=` and `~` (contains), over
 * texts, numbers, `true`, `false`, `null` and paths such as `data.offers[0].driverId`. It runs nothing but these
 * and sees nothing but the record's own fields. Throws a {@link Problem} that says where it does not understand.
 */
export function parseExpression(source: string): Expression {
  const parser = new Parser(source);
  const value = parser.whole();
  return { matches: (record) => isTrue(value(record)), needsData: parser.needsData };
}

class Parser {
  needsData = false;
  readonly #source: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(source: string) {
    this.#source = source;
    this.#tokens = tokensOf(source);
  }

  whole(): Value {
    const value = this.#either();
    if (this.#token.kind !== 'end') this.#fail('&& or ||');
    return value;
  }

  #either(): Value {
    let left = this.#both();
    while (this.#take('||')) {
      const [a, b] = [left, this.#both()];
      left = (record) => isTrue(a(record)) || isTrue(b(record));
    }
    return left;
  }

  #both(): Value {
    let left = this.#comparison();
    while (this.#take('&&')) {
      const [a, b] = [left, this.#comparison()];
      left = (record) => isTrue(a(record)) && isTrue(b(record));
    }
    return left;
  }

  #comparison(): Value {
    const left = this.#operand();
    const compare = this.#token.kind === 'sign' ? comparisons[this.#token.text] : undefined;
    if (compare === undefined) return left;
    this.#next += 1;
    const right = this.#operand();
    return (record) => compare(left(record), right(record));
  }

  #operand(): Value {
    if (++this.#depth > DEEPEST) throw new Problem('usage', 'The expression is nested too deeply.');
    const value = this.#unnested();
    this.#depth -= 1;
    return value;
  }

  #unnested(): Value {
    if (this.#take('!')) {
      const inner = this.#operand();
      return (record) => !isTrue(inner(record));
    }
    if (this.#take('(')) {
      const inner = this.#either();
      if (!this.#take(')')) this.#fail(')');
      return inner;
    }
    const { kind, text } = this.#token;
    if (kind !== 'text' && kind !== 'number' && kind !== 'path') {
      return this.#fail('a field, a number or a "text"');
    }
    this.#next += 1;
    if (kind === 'number') return constant(Number(text));
    if (kind === 'text') return constant(text.slice(1, -1).replace(/\\(.)/g, '$1'));
    return this.#path(text);
  }

  #path(text: string): Value {
    if (Object.hasOwn(words, text)) return constant(words[text]);
    const names = text.replace(/\[(\d+)\]/g, '.$1').split('.');
    const root = names[0] as string;
    if (!ROOTS.split(', ').includes(root)) {
      throw new Problem(
        'usage',
        `There is no field ${root}: an expression has ${ROOTS}. Perhaps data.${text} is meant.`,
      );
    }
    if (['data', 'text', 'what'].includes(root)) this.needsData = true;
    return (record) => names.reduce<unknown>(fieldOf, record);
  }

  get #token(): Token {
    return this.#tokens[this.#next] as Token;
  }

  #take(sign: string): boolean {
    const { kind, text } = this.#token;
    const taken = kind === 'sign' && text === sign;
    if (taken) this.#next += 1;
    return taken;
  }

  #fail(wanted: string): never {
    const { at, kind } = this.#token;
    const where = kind === 'end' ? 'at the end' : `at "${this.#source.slice(at, at + 20).trim()}"`;
    throw new Problem(
      'usage',
      `The expression \`${this.#source}\` is wrong ${where}: ${wanted} is expected.`,
    );
  }
}

function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (source.slice(at).trim() !== '') {
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(source)?.groups;
    const [kind, text] = Object.entries(groups ?? {}).find(([, part]) => part !== undefined) ?? [];
    if (kind === undefined || text === undefined) {
      throw new Problem(
        'usage',
        `The expression \`${source}\` is not understood from "${source.slice(at).trim()}" on.`,
      );
    }
    tokens.push({ kind: kind as Token['kind'], text, at });
    at = TOKEN.lastIndex;
  }
  return [...tokens, { kind: 'end', text: '', at }];
}

const words: Readonly<Record<string, unknown>> = { true: true, false: false, null: null };

const comparisons: Readonly<Record<string, (a: unknown, b: unknown) => boolean>> = {
  '==': (a, b) => (a ?? null) === (b ?? null),
  '!=': (a, b) => (a ?? null) !== (b ?? null),
  '<': (a, b) => comparable(a, b) && (a as number) < (b as number),
  '<=': (a, b) => comparable(a, b) && (a as number) <= (b as number),
  '>': (a, b) => comparable(a, b) && (a as number) > (b as number),
  '>=': (a, b) => comparable(a, b) && (a as number) >= (b as number),
  '~': (a, b) => (typeof a === 'string' || Array.isArray(a)) && a.includes(b as string),
};

/** Numbers with numbers, texts with texts; all else is neither smaller nor greater. */
function comparable(a: unknown, b: unknown): boolean {
  return typeof a === typeof b && (typeof a === 'number' || typeof a === 'string');
}

function constant(value: unknown): Value {
  return () => value;
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}

function isTrue(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== 0 && value !== '';
}
