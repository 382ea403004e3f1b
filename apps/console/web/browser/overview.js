import { bar } from './bar.js';
import { h, put, show, table } from './dom.js';
import { count, decimal, size } from './format.js';
import { follow } from './server.js';
import { sparkline } from './sparkline.js';

/** A lag of so many seconds fills the height of its curve, at least. */
const LEAST_LAG = 1;

/** The whole system at a glance. @type {import('./main.js').Page} */
export function overview(main, signal) {
  const totals = h('div', { class: 'tiles' });
  const processes = h('div', { class: 'cards' });
  const funnel = h('div', { class: 'funnel' });
  const lag = h('div');
  const topics = h('div');
  const section = (/** @type {string} */ title, /** @type {HTMLElement} */ body, more = '') =>
    h(
      'section',
      { class: 'panel' },
      h('h2', {}, title),
      more && h('p', { class: 'quiet' }, more),
      body,
    );
  put(
    main,
    h('h1', {}, 'Overview'),
    totals,
    section('Processes', processes),
    h(
      'div',
      { class: 'columns' },
      section('Trips', funnel, 'Requested in the last ten minutes, by how far they came.'),
      section('Lag', lag, 'Age of the oldest record not yet done, of each group’s slowest shard.'),
    ),
    section('Topics', topics),
  );
  follow('/api/overview', signal, (/** @type {import('../shapes.ts').Overview} */ frame) => {
    drawTotals(totals, frame);
    drawProcesses(processes, frame);
    drawFunnel(funnel, frame);
    drawLag(lag, frame);
    if (!topics.contains(document.activeElement)) drawTopics(topics, frame);
  });
}

/** @param {HTMLElement} place @param {import('../shapes.ts').Overview} frame */
function drawTotals(place, { processes, topics, lag, funnel }) {
  const ready = processes.filter((process) => process.ready).length;
  const perSecond = topics.reduce((all, topic) => all + topic.perSecond, 0);
  const slowest = Math.max(0, ...lag.map(({ seconds }) => seconds));
  const letters = topics
    .filter(({ kind }) => kind === 'dlq')
    .reduce((all, { records }) => all + records, 0);
  const done = funnel.reached.at(-1)?.trips ?? 0;
  const tile = (
    /** @type {string} */ name,
    /** @type {string} */ value,
    wrong = false,
    unit = '',
  ) =>
    h(
      'div',
      { class: wrong ? 'tile wrong' : 'tile' },
      h('span', {}, name),
      h('strong', {}, value, unit && h('small', {}, ` ${unit}`)),
    );
  show(
    place,
    tile('Processes ready', `${ready} of ${processes.length}`, ready < processes.length),
    tile('All topics', decimal(perSecond), false, 'records/s'),
    tile('Slowest shard', decimal(slowest), slowest > 5, 's behind'),
    tile('Trips completed', count(done), false, 'in 10 min'),
    tile('In dead-letter topics', count(letters), letters > 0, 'records'),
  );
}

/** @param {HTMLElement} place @param {import('../shapes.ts').Overview} frame */
function drawProcesses(place, { processes }) {
  if (processes.length === 0) {
    show(
      place,
      h(
        'p',
        { class: 'quiet' },
        'Only `npm start` knows its processes, and says so in .hail/run.json.',
      ),
    );
    return;
  }
  const sorted = [...processes].sort((a, b) => a.name.localeCompare(b.name));
  show(
    place,
    sorted.map(({ name, pid, ready, lacks, memoryBytes, cpu }) =>
      h(
        'div',
        { class: `card by ${name}` },
        h('h3', {}, name),
        h(
          'p',
          { class: ready ? 'state good' : 'state bad' },
          ready ? 'ready' : lacks.join(', ') || 'not ready',
        ),
        h(
          'p',
          { class: 'quiet' },
          memoryBytes !== undefined && `${size(memoryBytes)} · `,
          cpu !== undefined && `${Math.round(cpu * 100)} % CPU · `,
          `process ${pid}`,
        ),
      ),
    ),
  );
}

/** @param {HTMLElement} place @param {import('../shapes.ts').Overview} frame */
function drawFunnel(place, { funnel }) {
  const all = Math.max(1, funnel.reached[0]?.trips ?? 0);
  show(
    place,
    h(
      'ol',
      {},
      funnel.reached.map(({ stage, trips }) =>
        h(
          'li',
          {},
          h('span', { class: 'stage-name' }, stage),
          bar(trips, all, `${stage}: ${trips} of ${all}`),
          h('span', { class: 'number' }, count(trips)),
        ),
      ),
    ),
    h(
      'p',
      { class: 'quiet' },
      'Ended: ',
      funnel.ended.map(({ stage, trips }) => `${count(trips)} ${stage}`).join(', '),
      '.',
    ),
  );
}

/** @param {HTMLElement} place @param {import('../shapes.ts').Overview} frame */
function drawLag(place, { lag }) {
  const rows = lag.map(({ group, seconds, records, history }) => [
    h('span', { class: `by ${group.replace('hail.', '')}` }, group),
    sparkline(history, LEAST_LAG, `Lag of ${group}, now ${decimal(seconds)} seconds`),
    `${decimal(seconds)} s`,
    count(records),
  ]);
  show(place, table('Lag of each group', ['Group', 'Last two minutes', 'Behind', 'Records'], rows));
}

/** @param {HTMLElement} place @param {import('../shapes.ts').Overview} frame */
function drawTopics(place, { topics }) {
  const most = Math.max(1, ...topics.map(({ perSecond }) => perSecond));
  const rows = topics.map(({ topic, kind, records, perSecond }) => [
    h('a', { href: `/topics/${topic}`, class: 'name' }, topic),
    kind ?? 'not Hail’s',
    bar(perSecond, most, `${topic}: ${decimal(perSecond)} records per second`),
    decimal(perSecond),
    count(records),
  ]);
  show(
    place,
    table('Records of each topic', ['Topic', 'Kind', 'Rate', 'Records/s', 'Records'], rows),
  );
}
