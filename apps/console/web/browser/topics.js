import { h, put, table } from './dom.js';
import { count, decimal, kept, size } from './format.js';
import { get } from './server.js';

/** All topics. @type {import('./main.js').Page} */
export async function topics(main, signal) {
  put(main, h('h1', {}, 'Topics'));
  /** @type {import('../shapes.ts').TopicFacts[]} */
  const facts = await get('/api/topics', signal);
  const rows = facts.map((topic) => [
    h('a', { href: `/topics/${topic.name}`, class: 'name' }, topic.name),
    topic.kind ?? 'not Hail’s',
    count(topic.partitions),
    count(topic.records),
    decimal(topic.perSecond),
    size(topic.bytes),
    topic.key ?? '',
    topic.writers.join(', '),
    kept(topic.retentionMs),
  ]);
  put(
    main,
    table(
      'All topics',
      [
        'Topic',
        'Kind',
        'Partitions',
        'Records',
        'Per second',
        'On disk',
        'Key',
        'Written by',
        'Kept',
      ],
      rows,
      'topics',
    ),
  );
}
