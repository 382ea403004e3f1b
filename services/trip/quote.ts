import type { Money, Position } from '../../schemas/messages.gen.ts';
import type { Tariff } from './tariff.ts';

/** What a trip is expected to take, and what it will cost. */
export interface Quote {
  readonly distanceMetres: number;
  readonly durationSeconds: number;
  readonly price: Money;
  readonly surge: number;
}

/** The mean Earth radius R₁ of the International Union of Geodesy and Geophysics, in metres. */
const EARTH_RADIUS_METRES = 6_371_008.8;

/** Streets are longer than the straight line: about 1.3 times in cities, whatever the grid. */
const DETOUR = 1.3;

/** 30 km/h, a city's pace. */
const METRES_PER_SECOND = 30 / 3.6;

/**
 * The quote for a ride from `pickup` to `dropoff`:
 * `(base + perKilometre · km + perMinute · min) · surge`, kept within the tariff's bounds and rounded
 * to whole minor units. Distance is the great circle times 1.3, duration that at 30 km/h.
 */
export function quote(pickup: Position, dropoff: Position, tariff: Tariff): Quote {
  const distanceMetres = Math.round(greatCircleMetres(pickup, dropoff) * DETOUR);
  const durationSeconds = Math.round(distanceMetres / METRES_PER_SECOND);
  const { base, perKilometre, perMinute, surge, minimum, maximum, currency } = tariff;
  const metered =
    base + perKilometre * (distanceMetres / 1000) + perMinute * (durationSeconds / 60);
  const amountMinor = Math.round(Math.min(Math.max(metered * surge, minimum), maximum));
  return { distanceMetres, durationSeconds, price: { amountMinor, currency }, surge };
}

/**
 * The great-circle distance in metres by the haversine formula (R. W. Sinnott, "Virtues of the
 * Haversine", Sky and Telescope 68, 1984), well conditioned for small distances; on the ellipsoid it
 * is right within 0.5 %.
 */
export function greatCircleMetres(a: Position, b: Position): number {
  const latitudeA = radians(a.latitude);
  const latitudeB = radians(b.latitude);
  const h =
    haversine(latitudeB - latitudeA) +
    Math.cos(latitudeA) * Math.cos(latitudeB) * haversine(radians(b.longitude - a.longitude));
  return 2 * EARTH_RADIUS_METRES * Math.asin(Math.min(1, Math.sqrt(h)));
}

function haversine(angle: number): number {
  return Math.sin(angle / 2) ** 2;
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
