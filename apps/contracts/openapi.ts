import packageJson from '../../package.json' with { type: 'json' };
import { describeApi } from '../../platform/http/openapi.ts';
import { silentLogger } from '../../platform/telemetry/logger.ts';
import { facadeInfo, facadeRoutes } from '../facade/routes.ts';

/** The API as OpenAPI 3.1, the same as a running facade serves at `/openapi.json`. */
export function hailApi(): object {
  const routes = facadeRoutes({
    commands: { send: nobody },
    accepted: { remember: nobody, find: nobody },
    riders: { find: nobody, wait: nobody },
    drivers: { find: nobody, wait: nobody },
    trips: { find: nobody, wait: nobody },
    feeds: { follow: nobody },
    logger: silentLogger(),
    now: nobody,
  });
  return describeApi(routes, { ...facadeInfo, version: packageJson.version });
}

function nobody(): never {
  throw new Error('describing the API asks nobody');
}
