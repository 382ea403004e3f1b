import { h, put } from './dom.js';
import { count, kept } from './format.js';
import { openRecord } from './record.js';
import { RowList } from './row-list.js';
import { get } from './server.js';
import { SHOWN, TailView } from './tail-view.js';

/** One topic: what it has and what comes in. @type {import('./main.js').Page} */
export async function tail(main, signal, topic) {
  const facts = h('p', { class: 'quiet' });
  const status = h('p', { class: 'status', id: 'tail-status' }, 'Opening …');
  const list = new RowList(SHOWN, (row) => openRecord(row, signal));
  const view = new TailView(topic, list, status, signal);
  put(main, h('h1', {}, topic), facts, filterForm(view), controls(view), status, list.element);
  view.start();
  /** @type {import('../shapes.ts').TopicFacts[]} */
  const all = await get('/api/topics', signal);
  const found = all.find(({ name }) => name === topic);
  if (found === undefined) return;
  facts.textContent =
    `${found.kind ?? 'Not one of Hail’s'} · ${found.partitions} partitions · ${count(found.records)} records, kept ` +
    `${kept(found.retentionMs)}${found.key ? ` · keyed by ${found.key}` : ''}` +
    `${found.writers.length > 0 ? ` · written by ${found.writers.join(', ')}` : ''}`;
}

/** @param {TailView} view */
function filterForm(view) {
  const field = (
    /** @type {string} */ name,
    /** @type {string} */ label,
    /** @type {string} */ hint,
  ) =>
    h(
      'label',
      { class: 'field' },
      label,
      h('input', { name, placeholder: hint, autocomplete: 'off', spellcheck: 'false' }),
    );
  return h(
    'form',
    {
      class: 'filter',
      onsubmit: (/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        const form = /** @type {HTMLFormElement} */ (event.target);
        view.filter(/** @type {Record<string, string>} */ (Object.fromEntries(new FormData(form))));
      },
    },
    field('filter', 'Expression', 'data.fare.amountMinor > 1000 && key ~ "a1"'),
    field('type', 'Type', 'TripCompleted'),
    field('key', 'Key', 'id of an aggregate'),
    h('button', {}, 'Filter'),
  );
}

/** @param {TailView} view */
function controls(view) {
  const pause = h('button', { class: 'main', onclick: () => view.pauseOrResume() }, 'Pause');
  const newer = h('button', { onclick: () => view.turn(-1) }, 'Newer');
  const older = h('button', { onclick: () => view.turn(1) }, 'Older');
  view.onChange = () => {
    pause.textContent = view.paused ? 'Resume' : 'Pause';
    for (const button of [newer, older]) button.hidden = !view.paused;
  };
  const from = h('input', {
    name: 'from',
    required: true,
    placeholder: '10m',
    autocomplete: 'off',
  });
  return h(
    'div',
    { class: 'line controls' },
    pause,
    newer,
    older,
    h(
      'form',
      {
        class: 'line',
        onsubmit: (/** @type {SubmitEvent} */ event) => {
          event.preventDefault();
          void view.seek(from.value.trim());
        },
      },
      h('label', { class: 'field inline' }, 'From', from),
      h(
        'button',
        { title: 'beginning, end, an offset, a time, or how long ago such as 10m' },
        'Seek',
      ),
    ),
  );
}
