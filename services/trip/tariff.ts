/** What rides cost. Amounts are in minor units of `currency` (ISO 4217); they may be fractional. */
export interface Tariff {
  readonly currency: string;
  readonly base: number;
  readonly perKilometre: number;
  readonly perMinute: number;
  /** Factor on the metered part of every quote, 1 when demand is normal. */
  readonly surge: number;
  /** Bounds of a quote, surge included. Whole amounts. */
  readonly minimum: number;
  readonly maximum: number;
  /** What a rider pays at most for a late cancellation before the ride. A whole amount. */
  readonly cancellationFee: number;
}

/** The rules of a trip that are not prices. Distances in metres along the road, times in milliseconds. */
export interface TripRules {
  /** For so long after a driver is assigned the rider cancels free of charge. */
  readonly graceMs: number;
  readonly minimumDistanceMetres: number;
  readonly maximumDistanceMetres: number;
}

export const defaultTariff: Tariff = {
  currency: 'EUR',
  base: 250,
  perKilometre: 120,
  perMinute: 30,
  surge: 1,
  minimum: 500,
  maximum: 50_000,
  cancellationFee: 500,
};

export const defaultTripRules: TripRules = {
  graceMs: 120_000,
  minimumDistanceMetres: 100,
  maximumDistanceMetres: 150_000,
};
