import { h, table } from './dom.js';

/** How many a Mermaid end stands for. @type {Readonly<Record<string, string>>} */
const many = { '||': 'one', 'o|': 'at most one', 'o{': 'any number of' };

/** The entities of a Mermaid diagram as cards, and how they name each other as a table. @param {readonly string[]} lines */
export function drawEntities(lines) {
  /** @type {{ name: string, fields: string[][] }[]} */
  const entities = [];
  /** @type {string[][]} */
  const relations = [];
  for (const line of lines.map((one) => one.trim())) {
    const relation = /^"?([\w.]+)"? \S{2}(?:--|\.\.)(\S{2}) "?([\w.]+)"? : "(.*)"$/.exec(line);
    const opened = /^"?([\w.]+)"? \{$/.exec(line);
    const field = /^(\S+) (\w+)((?: (?:PK|FK),?)*)(?: "(.*)")?$/.exec(line);
    if (relation)
      relations.push([
        relation[1] ?? '',
        relation[4] ?? '',
        `${many[relation[2] ?? ''] ?? ''} ${relation[3]}`,
      ]);
    else if (opened) entities.push({ name: opened[1] ?? '', fields: [] });
    else if (field)
      entities
        .at(-1)
        ?.fields.push([field[2] ?? '', field[1] ?? '', (field[3] ?? '').trim(), field[4] ?? '']);
  }
  return h(
    'div',
    {},
    h(
      'div',
      { class: 'entities' },
      ...entities.map(({ name, fields }) =>
        h(
          'section',
          { class: `entity by ${name}` },
          h('h5', {}, name),
          h(
            'dl',
            {},
            ...fields.flatMap(([field, type, keys, when]) => [
              h('dt', {}, field, keys && h('small', {}, ` ${keys}`)),
              h('dd', {}, type, when && h('small', {}, ` ${when}`)),
            ]),
          ),
        ),
      ),
    ),
    table('Relations', ['From', 'By', 'To'], relations),
  );
}
