import type { Accepted } from '../../platform/http/accept.ts';
import type { Route } from '../../platform/http/route.ts';
import type { CommandSender, ReadModel } from '../../platform/messaging/ports.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { DriverState } from '../../services/driver/driver/driver.ts';
import { driverRoutes } from '../../services/driver/routes.ts';
import { type Feeds, notificationRoutes } from '../../services/notification/routes.ts';
import type { RiderState } from '../../services/rider/rider.ts';
import { riderRoutes } from '../../services/rider/routes.ts';
import { tripRoutes } from '../../services/trip/routes.ts';
import type { TripState } from '../../services/trip/trip.ts';

/** What the API needs of Kafka and Redis. */
export interface FacadePorts {
  readonly commands: CommandSender;
  readonly accepted: Accepted;
  readonly riders: ReadModel<RiderState>;
  readonly drivers: ReadModel<DriverState>;
  readonly trips: ReadModel<TripState>;
  readonly feeds: Feeds;
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** All routes of the API. Making them asks nothing of the ports yet. */
export function facadeRoutes({ feeds, ...ports }: FacadePorts): readonly Route[] {
  return [
    ...riderRoutes(ports),
    ...driverRoutes(ports),
    ...tripRoutes(ports),
    ...notificationRoutes(feeds),
  ];
}

/** What the API says of itself, besides its version. */
export const facadeInfo = {
  title: 'Hail',
  description:
    'Riders, drivers and trips. Commands are accepted with 202 and decided asynchronously.',
};
