import { h, put, show, table } from './dom.js';
import { clock, lasted, short } from './format.js';
import { openRecord } from './record.js';
import { arrowLabel, drawSequence } from './sequence.js';
import { follow } from './server.js';

/** @typedef {import('../shapes.ts').Story} Story */
/** @typedef {import('../shapes.ts').Step} Step */

/** Everything that happened on account of one trip. @type {import('./main.js').Page} */
export function trip(main, signal, tripId) {
  const facts = h(
    'div',
    { id: 'trip-facts' },
    h('p', { class: 'quiet' }, 'Looking for the trip …'),
  );
  const diagram = h('div', {
    class: 'scroll diagram',
    role: 'region',
    tabindex: 0,
    'aria-label': 'Sequence diagram',
  });
  const list = h('details', { class: 'panel' }, h('summary', {}, 'The same as a list'));
  put(
    main,
    h('h1', {}, 'Trip ', h('span', { class: 'mono' }, short(tripId))),
    facts,
    legend(),
    diagram,
    list,
  );
  const open = (/** @type {Step} */ step) => void openRecord(step.record, signal);
  follow(`/api/trips/${encodeURIComponent(tripId)}/story`, signal, (/** @type {Story} */ story) => {
    show(facts, drawFacts(story));
    const focused = document.activeElement?.getAttribute('data-step');
    show(diagram, drawSequence(story.steps, open));
    if (focused)
      /** @type {SVGElement | null} */ (diagram.querySelector(`[data-step="${focused}"]`))?.focus();
    show(list, h('summary', {}, 'The same as a list'), drawList(story, open));
  });
}

/** @param {Story} story */
function drawFacts({ tripId, riderId, driverIds, last, ended, startedAt, duration, steps }) {
  const fact = (/** @type {string} */ name, /** @type {string | Node} */ value) =>
    h('div', {}, h('dt', {}, name), h('dd', {}, value));
  return h(
    'dl',
    { class: 'facts' },
    fact('Id', h('code', {}, tripId)),
    fact('Last event', `${last ?? 'none yet'}${ended ? '' : ', under way'}`),
    fact('Began', clock(startedAt)),
    fact('Took', lasted(duration)),
    fact('Records', String(steps.length)),
    fact('Rider', riderId === undefined ? 'not known' : h('code', {}, short(riderId))),
    fact('Drivers asked', driverIds.length === 0 ? 'none' : driverIds.map(short).join(', ')),
    fact('On the map', h('a', { href: `/map?trip=${tripId}` }, 'follow it')),
  );
}

function legend() {
  const styles = /** @type {const} */ ([
    ['one-way', 'one-way notification'],
    ['request', 'request/async response'],
    ['publish', 'publish/subscribe'],
    ['gather', 'publish/async responses'],
  ]);
  return h(
    'ul',
    { class: 'legend', 'aria-label': 'Interaction styles' },
    ...styles.map(([name, text]) => h('li', { class: name }, text)),
  );
}

/** @param {Story} story @param {(step: Step) => void} open */
function drawList({ steps }, open) {
  const rows = steps.map((step, i) => {
    const { record, from, to, style, msSinceStart, msSinceCause, cause } = step;
    const place = `${record.topic}/${record.partition}/${record.offset}`;
    return [
      String(i + 1),
      `${msSinceStart} ms`,
      h(
        'button',
        { class: 'plain', onclick: () => open(step), 'aria-label': `Open ${place}` },
        arrowLabel(step),
      ),
      to.length === 0 ? from : `${from} to ${to.join(', ')}`,
      `${style}${step.void ? ` (${step.void}: does not count)` : ''}`,
      cause === undefined ? '' : `${cause + 1}, ${msSinceCause} ms before`,
      h('span', { class: 'mono' }, place),
    ];
  });
  return table(
    'Steps of the trip',
    ['', 'After', 'Record', 'From and to', 'Style', 'Cause', 'Place'],
    rows,
  );
}
