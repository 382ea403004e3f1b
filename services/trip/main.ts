import { addAggregate } from '../../platform/service/aggregates.ts';
import { runService } from '../../platform/service/service.ts';
import { loadSchemas } from '../../schemas/catalogue.ts';
import { recordsWrittenBy, topics } from '../../schemas/topics.ts';
import { tripAggregate } from './aggregate.ts';

await runService(
  {
    name: 'trip',
    schemas: loadSchemas(),
    writes: recordsWrittenBy('trip'),
    topic: topics.tripEvents.name,
  },
  async (service) => {
    await addAggregate(service, tripAggregate());
    return {};
  },
);
