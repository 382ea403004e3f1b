import { header, parseCause, parseOrigin } from '../../../platform/log/headers.ts';
import type { Shown } from './show.ts';

/**
 * Of the records of a trip's rider and drivers, those that are about the trip: they name it, or one of its
 * offers, or come of a record that is about it.
 *
 * @param certain records of the trip itself and of its dispatch
 * @param candidates records with the keys of its rider and its drivers
 */
export function aboutTrip(
  tripId: string,
  certain: readonly Shown[],
  candidates: readonly Shown[],
): readonly Shown[] {
  const chosen = new Set(certain);
  const places = new Set(certain.map(placeOf));
  const offers = new Set(everyValueOf('offerId', certain));
  for (let before = -1; before !== chosen.size; ) {
    before = chosen.size;
    for (const record of candidates) {
      if (chosen.has(record)) continue;
      const { tripId: named, offerId } = (record.data ?? {}) as Record<string, unknown>;
      const belongs =
        named === undefined
          ? (typeof offerId === 'string' && offers.has(offerId)) || comesOf(record, places)
          : named === tripId;
      if (!belongs) continue;
      chosen.add(record);
      places.add(placeOf(record));
    }
  }
  return [...chosen];
}

/** All values that a field of this name has, at any depth of the records' data; each once. */
export function everyValueOf(field: string, records: readonly Shown[]): readonly string[] {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      if (name === field && typeof inner === 'string') found.add(inner);
      else visit(inner);
    }
  };
  for (const { data } of records) visit(data);
  return [...found];
}

function placeOf({ topic, partition, offset }: Pick<Shown, 'topic' | 'partition' | 'offset'>) {
  return `${topic}/${partition}/${offset}`;
}

function comesOf({ headers, letter }: Shown, places: ReadonlySet<string>): boolean {
  const reasons = [parseCause(headers[header.cause]), parseOrigin(headers[header.origin]), letter];
  return reasons.some((at) => at !== undefined && places.has(placeOf(at)));
}
