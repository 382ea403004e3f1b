import { h, put, show } from './dom.js';
import { clock, size } from './format.js';
import { get } from './server.js';
import { explainBytes } from './wire.js';

/** @typedef {{ readonly topic: string, readonly partition: number, readonly offset: number }} Place */

/** Opens a record over the page: decoded, its headers, and its bytes. @param {Place} place @param {AbortSignal} signal */
export async function openRecord({ topic, partition, offset }, signal) {
  const name = `${topic}/${partition}/${offset}`;
  const body = h('div', {}, h('p', { class: 'quiet' }, 'Reading …'));
  const close = h('button', { onclick: () => dialog.close() }, 'Close');
  const dialog = h(
    'dialog',
    { class: 'record', 'aria-labelledby': 'record-name', onclose: () => dialog.remove() },
    h('header', {}, h('h2', { id: 'record-name', class: 'name' }, name), close),
    body,
  );
  signal.addEventListener('abort', () => dialog.remove(), { once: true });
  // A click beside it closes it, as one expects.
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
  try {
    const path = [topic, partition, offset].map((part) => encodeURIComponent(part)).join('/');
    show(body, ...contents(await get(`/api/records/${path}`, signal)));
  } catch (error) {
    show(body, h('p', { class: 'problem' }, /** @type {Error} */ (error).message));
  }
}

/** @param {import('../shapes.ts').RecordPage} page */
function contents({ record, hex, annotated }) {
  const { what, type, schemaId, timestamp, key, bytes, data, text, problem, letter, headers } =
    record;
  const facts = h('dl', { class: 'facts' });
  const fact = (/** @type {string} */ name, /** @type {string | Node} */ value) =>
    put(facts, h('div', {}, h('dt', {}, name), h('dd', {}, value)));
  fact('What', `${what}${type ? ` ${type}` : ''}`);
  fact('Key', h('code', {}, key));
  fact('Written', clock(timestamp));
  if (schemaId !== undefined)
    fact(
      'Schema',
      type ? h('a', { href: `/schemas/${type}` }, `${type}, id ${schemaId}`) : `id ${schemaId}`,
    );
  fact('Value', size(bytes));
  if (letter)
    fact(
      'Set aside',
      `${letter.reason} (${letter.topic}/${letter.partition}/${letter.offset}, by ${letter.group})`,
    );
  return [
    facts,
    problem && h('p', { class: 'problem' }, problem),
    h('h3', {}, 'Value'),
    h(
      'pre',
      { tabindex: 0 },
      data === undefined
        ? (text ?? 'No value that could be decoded.')
        : JSON.stringify(data, null, 2),
    ),
    h('h3', {}, 'Headers'),
    h(
      'dl',
      { class: 'headers' },
      ...Object.entries(headers).flatMap(([name, value]) => [
        h('dt', {}, name),
        h('dd', {}, value),
      ]),
    ),
    h('h3', {}, 'Bytes'),
    explainBytes(hex, annotated),
  ];
}
