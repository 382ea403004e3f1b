/**
 * Tells news that one recipient has had before: a feed that was lost is made anew, under new numbers,
 * but the events keep their ids, `<place>/<epoch>.<seq>`, and those of one place come in order. So the
 * highest id of each place is all there is to remember.
 */
export class Repeats {
  readonly #highest = new Map<string, readonly [epoch: number, seq: number]>();

  /** Whether this is new; from then on it is not. */
  take(eventId: string): boolean {
    const slash = eventId.lastIndexOf('/');
    const dot = eventId.lastIndexOf('.');
    const place = eventId.slice(0, slash);
    const epoch = Number(eventId.slice(slash + 1, dot));
    const seq = Number(eventId.slice(dot + 1));
    const [highest, last] = this.#highest.get(place) ?? [-1, -1];
    if (epoch < highest || (epoch === highest && seq <= last)) return false;
    this.#highest.set(place, [epoch, seq]);
    return true;
  }
}
