/** Text that occurs again and again in fetched records is made once. Whatever else falls into its place takes that. */
export class KnownTexts {
  readonly #known = new Array<string>(512).fill('');
  /** What came last in the n-th place of a record; mostly it is the same again. */
  readonly #last: string[] = [];

  get(bytes: Buffer, from: number, to: number, nth: number): string {
    const last = this.#last[nth];
    if (last !== undefined && isAscii(last, bytes, from, to)) return last;
    const text = this.#find(bytes, from, to);
    this.#last[nth] = text;
    return text;
  }

  #find(bytes: Buffer, from: number, to: number): string {
    let hash = to - from;
    for (let i = from; i < to; i += 1) hash = (hash * 31 + (bytes[i] as number)) | 0;
    const place = hash & 511;
    const known = this.#known[place] as string;
    if (isAscii(known, bytes, from, to)) return known;
    const text = bytes.toString('utf8', from, to);
    this.#known[place] = text;
    return text;
  }
}

function isAscii(text: string, bytes: Buffer, from: number, to: number): boolean {
  if (text.length !== to - from) return false;
  for (let i = from; i < to; i += 1) {
    const byte = bytes[i] as number;
    if (byte > 127 || byte !== text.charCodeAt(i - from)) return false;
  }
  return true;
}
