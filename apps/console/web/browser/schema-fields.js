import { h, table } from './dom.js';

/** The fields of an Avro schema as a table, those of records inside it below them. @param {any} schema */
export function schemaFields(schema) {
  if (schema?.symbols) return h('p', {}, `One of ${schema.symbols.join(', ')}.`);
  /** @type {import('./dom.js').Child[][]} */
  const rows = [];
  const visit = (/** @type {any} */ at, /** @type {string} */ path) => {
    if (Array.isArray(at)) for (const branch of at) visit(branch, path);
    else if (at?.items) visit(at.items, `${path}[]`);
    else if (at?.values) visit(at.values, `${path}{}`);
    else if (typeof at?.type === 'object') visit(at.type, path);
    for (const field of at?.fields ?? []) {
      const name = path === '' ? field.name : `${path}.${field.name}`;
      const otherwise = 'default' in field ? JSON.stringify(field.default) : '';
      rows.push([
        h('span', { class: 'mono' }, name),
        typeName(field.type),
        h('span', { class: 'mono' }, otherwise),
        field.doc ?? '',
      ]);
      visit(field.type, name);
    }
  };
  visit(schema, '');
  return table('Fields', ['Field', 'Type', 'Default', 'What it is'], rows);
}

/** @param {any} type @returns {string} */
function typeName(type) {
  if (typeof type === 'string') return type.slice(type.lastIndexOf('.') + 1);
  if (Array.isArray(type)) return type.map(typeName).join(' or ');
  if (type.logicalType) return `${typeName(type.type)} (${type.logicalType})`;
  if (type.items) return `array of ${typeName(type.items)}`;
  if (type.values) return `map of ${typeName(type.values)}`;
  if (type.symbols) return `${type.name}: ${type.symbols.join(', ')}`;
  return type.name ?? typeName(type.type);
}
