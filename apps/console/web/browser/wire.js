import { h, put } from './dom.js';

/** @typedef {import('../shapes.ts').Annotated} Annotated */

/** So many bytes of a value are shown, at most. */
const MOST_BYTES = 4_096;

/**
 * The bytes of a value, and beside them what each of them is.
 *
 * @param {string} hex
 * @param {Annotated | undefined} annotated
 */
export function explainBytes(hex, annotated) {
  const bytes = hex.match(/../g) ?? [];
  if (bytes.length === 0) return h('p', { class: 'quiet' }, 'The value has no bytes.');
  if (annotated === undefined) {
    const shown = bytes.slice(0, MOST_BYTES).join(' ');
    return h('pre', { class: 'bytes', tabindex: 0 }, shown, bytes.length > MOST_BYTES && ' …');
  }
  const dump = h('p', { class: 'bytes' });
  const body = h('tbody');
  for (const [i, { start, end, path, what, value }] of annotated.spans.entries()) {
    if (start >= MOST_BYTES) break;
    const run = h('span', { class: `run tone${i % 4}` }, bytes.slice(start, end).join(' '));
    const row = h(
      'tr',
      {},
      h('td', { class: 'mono' }, end - start > 1 ? `${start}–${end - 1}` : String(start)),
      h('td', { class: `mono tone${i % 4}` }, few(bytes.slice(start, end))),
      h('td', { class: 'mono' }, path),
      h('td', {}, what),
      h('td', { class: 'mono' }, value),
    );
    const both = (/** @type {boolean} */ on) => {
      for (const element of [run, row]) element.classList.toggle('lit', on);
    };
    for (const element of [run, row]) {
      element.addEventListener('mouseenter', () => both(true));
      element.addEventListener('mouseleave', () => both(false));
    }
    put(dump, run, ' ');
    put(body, row);
  }
  const { problem } = annotated;
  if (problem)
    put(dump, h('span', { class: 'run bad' }, bytes.slice(problem.at, MOST_BYTES).join(' ')));
  return h(
    'div',
    {},
    dump,
    problem &&
      h(
        'p',
        { class: 'problem' },
        `From byte ${problem.at} on it cannot be read: ${problem.message}.`,
      ),
    h(
      'div',
      { class: 'scroll', role: 'region', tabindex: 0, 'aria-label': 'What each byte is' },
      h(
        'table',
        { class: 'wire' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            ...['At', 'Bytes', 'Field', 'What', 'Value'].map((name) =>
              h('th', { scope: 'col' }, name),
            ),
          ),
        ),
        body,
      ),
    ),
  );
}

/** @param {readonly string[]} bytes */
function few(bytes) {
  return bytes.length > 8 ? `${bytes.slice(0, 8).join(' ')} …` : bytes.join(' ');
}
