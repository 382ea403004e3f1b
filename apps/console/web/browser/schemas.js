import { h, put, show, table } from './dom.js';
import { linesBetween } from './line-diff.js';
import { schemaFields } from './schema-fields.js';
import { get } from './server.js';

/** @typedef {{ readonly subject: string, readonly topics: readonly string[] }} Subject */
/** @typedef {{ readonly version: number, readonly id: number, readonly schema: any }} Version */

/** All subjects of the registry. @type {import('./main.js').Page} */
export async function schemas(main, signal) {
  const list = h('div');
  /** @type {Subject[]} */
  let subjects = [];
  const draw = (/** @type {string} */ wanted) => {
    const found = subjects.filter(({ subject }) =>
      subject.toLowerCase().includes(wanted.toLowerCase()),
    );
    const groups = Map.groupBy(found, ({ subject }) => subject.slice(0, subject.lastIndexOf('.')));
    show(
      list,
      [...groups].map(([namespace, some]) =>
        h(
          'section',
          { class: `panel by ${namespace.replace('hail.', '')}` },
          h('h2', {}, namespace),
          h(
            'ul',
            { class: 'names' },
            ...some.map(({ subject }) =>
              h(
                'li',
                {},
                h('a', { href: `/schemas/${subject}` }, subject.slice(namespace.length + 1)),
              ),
            ),
          ),
        ),
      ),
    );
  };
  const search = h('input', {
    id: 'subject-search',
    type: 'search',
    autocomplete: 'off',
    oninput: () => draw(search.value),
  });
  put(
    main,
    h('h1', {}, 'Schemas'),
    h('p', { class: 'line' }, h('label', { for: 'subject-search' }, 'Find'), search),
    list,
  );
  subjects = await get('/api/schemas', signal);
  draw(search.value);
}

/** One subject: its versions, and what changed between two of them. @type {import('./main.js').Page} */
export async function schema(main, signal, name) {
  /** @type {{ subject: string, compatibility: string, versions: Version[], topics: string[] }} */
  const { subject, compatibility, versions, topics } = await get(
    `/api/schemas/${encodeURIComponent(name)}`,
    signal,
  );
  const latest = /** @type {Version} */ (versions.at(-1));
  put(
    main,
    h('h1', {}, subject.slice(subject.lastIndexOf('.') + 1)),
    h('p', {}, latest.schema.doc ?? ''),
    h(
      'p',
      { class: 'quiet' },
      `${subject} · ${versions.length} version${versions.length === 1 ? '' : 's'} · ${compatibility} · `,
      ...topics.flatMap((topic, i) => [i > 0 && ', ', h('a', { href: `/topics/${topic}` }, topic)]),
    ),
    h(
      'section',
      { class: 'panel' },
      h('h2', {}, `Version ${latest.version}, id ${latest.id}`),
      schemaFields(latest.schema),
    ),
  );
  if (versions.length > 1) put(main, diff(subject, versions, signal));
  put(
    main,
    h(
      'details',
      { class: 'panel' },
      h('summary', {}, 'As JSON'),
      h('pre', { tabindex: 0 }, JSON.stringify(latest.schema, null, 2)),
    ),
  );
}

/** @param {string} subject @param {readonly Version[]} versions @param {AbortSignal} signal */
function diff(subject, versions, signal) {
  const choose = (/** @type {string} */ label, /** @type {number} */ chosen) =>
    h(
      'select',
      { 'aria-label': label, onchange: () => void draw() },
      ...versions.map(({ version }) =>
        h('option', { value: version, selected: version === chosen }, String(version)),
      ),
    );
  const at = (/** @type {number} */ back) => versions.at(-back)?.version ?? 1;
  const from = choose('From version', at(2));
  const to = choose('To version', at(1));
  const body = h('div', { id: 'changes' });
  const draw = async () => {
    const path = `/api/schemas/${encodeURIComponent(subject)}/changes?from=${from.value}&to=${to.value}`;
    /** @type {import('../shapes.ts').SchemaChange[]} */
    const changes = await get(path, signal);
    const rows = changes.map(({ change, field, aspect, before, after }) => [
      h('strong', { class: `change ${change}` }, change),
      h('span', { class: 'mono' }, field || 'the record'),
      aspect,
      h('span', { class: 'before' }, before ?? ''),
      h('span', { class: 'after' }, after ?? ''),
    ]);
    const text = (/** @type {string} */ version) =>
      JSON.stringify(
        versions.find((one) => one.version === Number(version))?.schema ?? null,
        null,
        2,
      );
    show(
      body,
      rows.length === 0
        ? h('p', { class: 'quiet' }, 'They are the same.')
        : table('Changes', ['', 'Field', 'Aspect', 'Before', 'After'], rows),
      h('h3', {}, 'Line by line'),
      h(
        'pre',
        { class: 'diff', tabindex: 0 },
        ...linesBetween(text(from.value), text(to.value)).map(({ change, line }) =>
          h(
            'span',
            { class: change },
            `${{ added: '+', removed: '-', same: ' ' }[change]} ${line}\n`,
          ),
        ),
      ),
    );
  };
  void draw();
  return h(
    'section',
    { class: 'panel' },
    h('h2', {}, 'What changed'),
    h('p', { class: 'line' }, 'From', from, 'to', to),
    body,
  );
}
