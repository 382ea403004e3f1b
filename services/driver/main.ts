import { addAggregate } from '../../platform/service/aggregates.ts';
import { runService } from '../../platform/service/service.ts';
import { loadSchemas } from '../../schemas/catalogue.ts';
import { recordsWrittenBy, topics } from '../../schemas/topics.ts';
import { dispatchAggregate } from './dispatch/aggregate.ts';
import { driverAggregate } from './driver/aggregate.ts';
import { addLocations } from './locations.ts';

await runService(
  {
    name: 'driver',
    schemas: loadSchemas(),
    writes: [...recordsWrittenBy('driver'), ...recordsWrittenBy('dispatch')],
    topic: topics.driverEvents.name,
  },
  async (service) => {
    const candidates = await addLocations(service);
    await Promise.all([
      addAggregate(service, driverAggregate),
      addAggregate(service, dispatchAggregate(), candidates),
    ]);
    return {};
  },
);
