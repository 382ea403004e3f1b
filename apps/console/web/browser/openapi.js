import { h, table } from './dom.js';

/** Every operation of the API. @param {any} document of OpenAPI 3.1 */
export function drawApi({ paths, components }) {
  const resolve = (/** @type {any} */ schema) =>
    schema?.$ref ? components.schemas[schema.$ref.split('/').at(-1)] : (schema ?? {});
  const operations = /** @type {[string, Record<string, any>][]} */ (Object.entries(paths)).flatMap(
    ([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
  return operations.map(({ path, method, operation }) => {
    const body = resolve(operation.requestBody?.content?.['application/json']?.schema);
    const asked = [
      ...(operation.parameters ?? []).map((/** @type {any} */ one) => [
        one.name,
        one.in,
        one.required,
        one.description,
        one.schema,
      ]),
      ...Object.entries(body.properties ?? {}).map(([name, shape]) => [
        name,
        'body',
        (body.required ?? []).includes(name),
        resolve(shape).description,
        shape,
      ]),
    ];
    const rows = asked.map(([name, place, required, description, shape]) => [
      h('span', { class: 'mono' }, name),
      place,
      typeName(shape),
      required ? 'always' : 'may be there',
      description ?? '',
    ]);
    const answers = Object.entries(operation.responses).map(([status, answer]) => [
      status,
      /** @type {any} */ (answer).description,
    ]);
    return h(
      'details',
      { class: 'panel' },
      h(
        'summary',
        {},
        h('strong', { class: `method ${method}` }, method.toUpperCase()),
        ' ',
        h('span', { class: 'name' }, path),
        h('span', { class: 'quiet' }, ` ${operation.summary}`),
      ),
      rows.length > 0 &&
        table(
          `What ${operation.operationId} takes`,
          ['Name', 'In', 'Type', 'Is', 'What it is'],
          rows,
        ),
      table(`What ${operation.operationId} answers`, ['Status', 'Means'], answers),
    );
  });
}

/** @param {any} schema @returns {string} */
function typeName(schema) {
  if (schema?.$ref) return schema.$ref.split('/').at(-1);
  if (schema?.enum) return schema.enum.join(', ');
  if (schema?.anyOf) return schema.anyOf.map(typeName).join(' or ');
  return schema?.type ?? '';
}
