import { addAggregate } from '../../platform/service/aggregates.ts';
import { runService } from '../../platform/service/service.ts';
import { loadSchemas } from '../../schemas/catalogue.ts';
import { recordsWrittenBy, topics } from '../../schemas/topics.ts';
import { riderAggregate } from './aggregate.ts';

await runService(
  {
    name: 'rider',
    schemas: loadSchemas(),
    writes: recordsWrittenBy('rider'),
    topic: topics.riderEvents.name,
  },
  async (service) => {
    await addAggregate(service, riderAggregate);
    return {};
  },
);
