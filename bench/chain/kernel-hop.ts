// One process of the chain on the kernel: one aggregate, as a service of Hail runs it.
import { addAggregate } from '../../platform/service/aggregates.ts';
import { runService } from '../../platform/service/service.ts';
import { given } from '../harness/child.ts';
import { relayAggregate, relayRecords, relaySchemas, relayTopics } from './relay.ts';

const kind = given('BENCH_KIND');
await runService(
  { name: kind, schemas: relaySchemas, writes: relayRecords, topic: relayTopics(kind).inbox },
  async (service) => {
    const after = process.env['BENCH_AFTER'] || undefined;
    const next = process.env['BENCH_NEXT'] || undefined;
    await addAggregate(service, relayAggregate(kind, { after, next }));
    return {};
  },
);
