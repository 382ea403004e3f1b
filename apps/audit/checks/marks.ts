/** The place of a message among those of one sender's partition. */
export interface Mark {
  readonly offset: number;
  readonly index: number;
}

export function isLater(a: Mark, b: Mark): boolean {
  return a.offset > b.offset || (a.offset === b.offset && a.index > b.index);
}
