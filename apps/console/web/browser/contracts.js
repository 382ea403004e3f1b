import { drawTopics } from './asyncapi.js';
import { h, put } from './dom.js';
import { drawMarkdown } from './markdown.js';
import { drawApi } from './openapi.js';
import { get } from './server.js';

/** What Hail agrees with others. @type {import('./main.js').Page} */
export async function contracts(main, signal) {
  const part = (
    /** @type {string} */ id,
    /** @type {string} */ title,
    /** @type {string} */ file,
  ) => {
    const body = h('div', {}, h('p', { class: 'quiet' }, 'Reading …'));
    const link = h('a', { href: `/contracts/${file}` }, file);
    put(
      main,
      h(
        'section',
        { id, 'aria-labelledby': `${id}-name` },
        h('h2', { id: `${id}-name` }, title),
        h('p', { class: 'quiet' }, 'As it is: ', link),
        body,
      ),
    );
    return body;
  };
  put(
    main,
    h('h1', {}, 'Contracts'),
    h(
      'ul',
      { class: 'legend jump' },
      ...[
        ['topics', 'Topics'],
        ['api', 'HTTP API'],
        ['aggregates', 'Aggregates'],
      ].map(([id, title]) => h('li', {}, h('a', { href: `#${id}` }, title))),
    ),
  );
  const [topics, api, aggregates] = [
    part('topics', 'Topics, messages and headers (AsyncAPI)', 'asyncapi.json'),
    part('api', 'HTTP API (OpenAPI)', 'openapi.json'),
    part('aggregates', 'Aggregates and read models', 'aggregates.md'),
  ];
  topics.replaceChildren(...drawTopics(await get('/contracts/asyncapi.json', signal)));
  api.replaceChildren(...drawApi(await get('/contracts/openapi.json', signal)));
  const text = await fetch('/contracts/aggregates.md', { signal }).then((response) =>
    response.text(),
  );
  aggregates.replaceChildren(...drawMarkdown(text));
}
