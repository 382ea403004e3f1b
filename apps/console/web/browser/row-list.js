import { h } from './dom.js';
import { clock, short } from './format.js';

/** @typedef {import('../shapes.ts').Row} Row */

/** Records as lines. The elements are made once and filled anew, so that drawing costs little. */
export class RowList {
  /** @type {{ readonly element: HTMLElement, readonly fill: (row: Row) => void }[]} */
  #lines = [];

  /** @param {number} lines @param {(row: Row) => void} onOpen */
  constructor(lines, onOpen) {
    this.body = h('tbody');
    this.onOpen = onOpen;
    for (let i = 0; i < lines; i += 1) this.#lines.push(this.#line());
    this.element = h(
      'table',
      { class: 'records' },
      h('caption', { class: 'hidden' }, 'Records, the newest first'),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          ...['Time', 'Place', 'Type', 'Key', 'Value'].map((name) =>
            h('th', { scope: 'col' }, name),
          ),
        ),
      ),
      this.body,
    );
  }

  /** @param {readonly Row[]} rows */
  draw(rows) {
    const lines = this.#lines.slice(0, rows.length);
    for (const [i, { fill }] of lines.entries()) fill(/** @type {Row} */ (rows[i]));
    if (this.body.childElementCount !== lines.length) {
      this.body.replaceChildren(...lines.map(({ element }) => element));
    }
  }

  #line() {
    /** @type {Row | undefined} */
    let shown;
    const place = h('button', { class: 'plain mono', onclick: () => shown && this.onOpen(shown) });
    const [time, type, key, value] = ['time mono', 'type', 'key mono', 'value mono'].map((name) =>
      h('td', { class: name }),
    );
    const element = h('tr', {}, time, h('td', { class: 'place' }, place), type, key, value);
    const texts = [time, type, key, value].map((cell) => /** @type {HTMLElement} */ (cell));
    return {
      element,
      fill: (/** @type {Row} */ row) => {
        shown = row;
        const { topic, partition, offset, timestamp, what, line } = row;
        place.textContent = `${partition}/${offset}`;
        place.setAttribute('aria-label', `Open ${topic}/${partition}/${offset}`);
        const told = [clock(timestamp), row.type ?? what, short(row.key), line];
        for (const [i, cell] of texts.entries()) cell.textContent = told[i] ?? '';
        element.className = `what ${what.replace(' ', '-')}`;
      },
    };
  }
}
