import { h, table } from './dom.js';
import { schemaFields } from './schema-fields.js';

/** Every topic with its messages. @param {any} document of AsyncAPI 3 */
export function drawTopics({ channels, operations, components }) {
  /** @type {any} */
  const root = { channels, components };
  const follow = (/** @type {string} */ reference) =>
    reference
      .split('/')
      .slice(1)
      .reduce((at, name) => at[name], root);
  const all = /** @type {[string, any][]} */ (Object.entries(channels));
  return all.map(([name, { address, description, messages }]) => {
    const uses = /** @type {any[]} */ (Object.values(operations)).filter(
      ({ channel }) => channel.$ref === `#/channels/${name}`,
    );
    const who = (/** @type {string} */ action) =>
      [
        ...new Set(
          uses
            .filter((use) => use.action === action)
            .flatMap(({ tags }) => tags ?? [])
            .map((tag) => tag.name),
        ),
      ].join(', ');
    return h(
      'details',
      { class: 'panel' },
      h(
        'summary',
        {},
        h('span', { class: 'name' }, address),
        h('span', { class: 'quiet' }, ` ${Object.keys(messages).length} messages`),
      ),
      h('p', {}, description),
      h(
        'p',
        { class: 'quiet' },
        `Sent by ${who('send') || 'nobody'}; received by ${who('receive') || 'nobody'}.`,
      ),
      ...Object.entries(messages).map(([title, { $ref }]) =>
        drawMessage(title, follow($ref), follow),
      ),
    );
  });
}

/** @param {string} title @param {any} message @param {(reference: string) => any} follow */
function drawMessage(title, message, follow) {
  const shapes = /** @type {any[]} */ (message.headers?.allOf ?? [message.headers ?? {}]).map(
    (shape) => (shape.$ref ? follow(shape.$ref) : shape),
  );
  const properties = shapes.flatMap((shape) => Object.entries(shape.properties ?? {}));
  const required = new Set(shapes.flatMap((shape) => shape.required ?? []));
  const rows = [...new Map(properties)].map(([name, shape]) => [
    h('span', { class: 'mono' }, name),
    required.has(name) ? 'always' : 'may be there',
    /** @type {any} */ (shape).const ?? /** @type {any} */ (shape).description ?? '',
  ]);
  return h(
    'details',
    { class: 'message' },
    h(
      'summary',
      {},
      h('strong', {}, title),
      h('span', { class: 'quiet' }, ` ${message.summary ?? ''}`),
    ),
    schemaFields(message.payload?.schema ?? {}),
    rows.length > 0 && table(`Headers of ${title}`, ['Header', 'Is', 'What it is'], rows),
  );
}
