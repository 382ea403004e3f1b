import type { CatalogueEntry } from '../../schemas/catalogue.ts';

/** What may be known of an entity at one stage: a status, or the aggregate that it is in. */
export interface Sample {
  readonly stage: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Something with an id of its own, and samples of what is known of it, one of each shape. */
export interface Entity {
  /** `trip`. */
  readonly name: string;
  /** `tripId`. */
  readonly key: string;
  readonly samples: readonly Sample[];
  /** Fields that are entities themselves, and their names. */
  readonly parts: Readonly<Record<string, string>>;
}

export interface Attribute {
  readonly name: string;
  readonly type: string;
  /** Whether all samples have something there. */
  readonly always: boolean;
  /** The stages at which something may be there. */
  readonly stages: readonly string[];
}

/** That an entity names another by its id, or contains it, in this field. */
export interface Relation {
  readonly from: string;
  readonly to: string;
  readonly field: string;
  readonly contains: boolean;
  /** How many at a time. */
  readonly many: 'one' | 'at most one' | 'any';
}

/** The fields of an entity in the order in which they come up. */
export function attributesOf(
  { samples, parts }: Entity,
  catalogue: ReadonlyMap<string, CatalogueEntry>,
): readonly Attribute[] {
  const all = samples.flatMap(({ fields }) => Object.keys(fields));
  const names = new Set(all.filter((name) => parts[name] === undefined));
  return [...names].map((name) => {
    const having = samples.filter(({ fields }) => (fields[name] ?? null) !== null);
    const types = having.map(({ fields }) => typeOf(name, fields[name], catalogue));
    return {
      name,
      type: types.find((type) => type !== 'list') ?? types[0] ?? 'nothing',
      always: having.length === samples.length,
      stages: [...new Set(having.map(({ stage }) => stage))],
    };
  });
}

/** How `entities` name each other: a field `driverId`, at any depth, names the driver. */
export function relationsOf(entities: readonly Entity[]): readonly Relation[] {
  return entities.flatMap(({ name: from, key, samples, parts }) => {
    const inside = Object.entries(parts).map(([field, to]): Relation => {
      const list = samples.some(({ fields }) => Array.isArray(fields[field]));
      return { from, to, field, contains: true, many: list ? 'any' : 'at most one' };
    });
    const found = samples.map(({ fields }) => idsIn(fields, parts));
    const fields = new Map(found.flatMap((ids) => [...ids]));
    const named = [...fields].flatMap(([field, isList]): readonly Relation[] => {
      const to = entities.find(({ name }) => field.toLowerCase().match(`${name}ids?$`))?.name;
      if (to === undefined || (to === from && field === key)) return [];
      const always = found.every((ids) => ids.has(field));
      const many = isList ? 'any' : always ? 'one' : 'at most one';
      return [{ from, to, field, contains: false, many }];
    });
    return [...inside, ...named];
  });
}

/** The fields below `value` that end in `Id` or `Ids` and are not empty, and whether they are lists. */
function idsIn(value: object, except: Readonly<Record<string, string>>): Map<string, boolean> {
  const ids = new Map<string, boolean>();
  for (const [field, inner] of Object.entries(value)) {
    if (except[field] !== undefined || inner === null) continue;
    if (/Ids?$/.test(field)) ids.set(field, Array.isArray(inner));
    else if (typeof inner === 'object')
      for (const [id, list] of idsIn(inner, {})) ids.set(id, list);
  }
  return ids;
}

/** What a value is: a common record of the catalogue with the same fields, a time by its name, or as in JSON. */
function typeOf(
  name: string,
  value: unknown,
  catalogue: ReadonlyMap<string, CatalogueEntry>,
): string {
  if (Array.isArray(value)) {
    return value.length === 0 ? 'list' : `${typeOf(name, value[0], catalogue)}[]`;
  }
  if (typeof value === 'object' && value !== null) {
    const fields = Object.keys(value).sort().join();
    const common = [...catalogue].find(([, { source }]) => {
      const names = source.fields?.map((field) => field.name).sort();
      return source.namespace === 'hail.common' && names?.join() === fields;
    });
    return common?.[0] ?? 'object';
  }
  if (typeof value !== 'number') return typeof value;
  return name.endsWith('At') || name.endsWith('Since') ? 'time' : 'number';
}
