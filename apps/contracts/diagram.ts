import type { CatalogueEntry } from '../../schemas/catalogue.ts';
import {
  type Attribute,
  attributesOf,
  type Entity,
  type Relation,
  relationsOf,
} from './entities.ts';

/** Draws entities and how they name each other, for Mermaid. */
export function drawEntities(
  entities: readonly Entity[],
  catalogue: ReadonlyMap<string, CatalogueEntry>,
): string {
  const relations = relationsOf(entities);
  const keys = new Map(entities.map(({ name, key }) => [name, key]));
  const boxes = entities.map((entity) => {
    const references = relations.filter(({ from }) => from === entity.name);
    const lines = attributesOf(entity, catalogue).map((attribute) =>
      drawAttribute(attribute, entity, references),
    );
    return [`  ${entity.name} {`, ...lines, '  }'].join('\n');
  });
  const lines = relations.map((relation) => drawRelation(relation, keys.get(relation.from) ?? ''));
  return ['erDiagram', ...lines, ...boxes].join('\n');
}

const ends = { one: '||', 'at most one': 'o|', any: 'o{' } as const;

function drawRelation({ from, to, field, contains, many }: Relation, key: string): string {
  const near = contains ? '||--' : field === key ? '|o..' : '}o..';
  return `  ${from} ${near}${ends[many]} ${to} : "${field}"`;
}

function drawAttribute(attribute: Attribute, entity: Entity, references: readonly Relation[]) {
  const { name, type } = attribute;
  const keys = [
    ...(name === entity.key ? ['PK'] : []),
    ...(references.some(({ field }) => field === name) ? ['FK'] : []),
  ];
  const note = noteOn(attribute, entity);
  return ['   ', type, name, ...(keys.length ? [keys.join(', ')] : []), ...note].join(' ');
}

/** The stages at which an attribute is there, or those at which it is not, whichever are fewer. */
function noteOn({ always, stages }: Attribute, { samples }: Entity): readonly string[] {
  if (always) return [];
  const all = [...new Set(samples.map(({ stage }) => stage))];
  const missing = all.filter((stage) => !stages.includes(stage));
  if (missing.length === 0) return ['"or nothing"'];
  return [
    missing.length < stages.length ? `"not ${missing.join(' or ')}"` : `"${stages.join(', ')}"`,
  ];
}
