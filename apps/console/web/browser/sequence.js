import { svg } from './dom.js';
import { HEAD, place } from './lanes.js';

/** @typedef {import('../shapes.ts').Step} Step */

const LANE = 228;
const MARGIN = 100;

/** The class that draws an interaction style. @type {Readonly<Record<string, string>>} */
const classes = {
  'one-way notification': 'one-way',
  'request/async response': 'request',
  'publish/subscribe': 'publish',
  'publish/async responses': 'gather',
  'dead letter': 'letter',
};

/**
 * Draws who sent what to whom, from top to bottom. Every step can be opened.
 *
 * @param {readonly Step[]} steps
 * @param {(step: Step) => void} open
 */
export function drawSequence(steps, open) {
  const { lanes, placed, height } = place(steps);
  const width = 2 * MARGIN + LANE * Math.max(1, lanes.length - 1) + 60;
  const x = (/** @type {number} */ lane) => MARGIN + lane * LANE;
  const drawing = svg('svg', {
    class: 'sequence',
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
  });
  drawing.append(heads());
  for (const [i, name] of lanes.entries()) {
    drawing.append(
      svg('line', { class: `lifeline by ${name}`, x1: x(i), x2: x(i), y1: HEAD, y2: height }),
      svg('rect', { class: `lane by ${name}`, x: x(i) - 62, y: 6, width: 124, height: 30, rx: 8 }),
      svg('text', { class: 'lane-name', x: x(i), y: 26 }, name),
    );
  }
  for (const { step, index, y, from, to } of placed) {
    const { record, style, cause } = step;
    const away = to.filter((lane) => lane !== from);
    const kind = [
      classes[style] ?? '',
      record.what === 'reply' ? 'reply' : '',
      step.void ? 'void' : '',
    ].join(' ');
    const far =
      away.length === 0
        ? from
        : /** @type {number} */ (
            away.toSorted((a, b) => Math.abs(b - from) - Math.abs(a - from))[0]
          );
    const events = style === 'publish/subscribe' || away.length === 0;
    const middle = events
      ? x(from) + (from > 0 && from === lanes.length - 1 ? -12 : 12)
      : (x(from) + x(nearest(from, away))) / 2;
    const anchor = events ? (middle < x(from) ? 'end' : 'start') : 'middle';
    const label = arrowLabel(step);
    const under = `${style}${took(step)}${step.void ? ` · ${step.void}, does not count` : ''}`;
    const toNames = step.to.length > 0 ? ` to ${step.to.join(', ')}` : '';
    const element = svg(
      'g',
      {
        class: `step ${kind}`,
        role: 'button',
        tabindex: 0,
        'data-step': index,
        'aria-label': `${label} ${under}, ${step.from}${toNames}`,
        onclick: () => open(step),
        onkeydown: (/** @type {KeyboardEvent} */ event) => {
          if (event.key !== 'Enter' && event.key !== ' ') return;
          event.preventDefault();
          open(step);
        },
      },
      svg('rect', {
        class: 'hit',
        x: Math.min(x(from), x(far)) - 40,
        y: y - 30,
        width: Math.abs(x(far) - x(from)) + 240,
        height: 42,
        rx: 6,
      }),
      ...away.map((lane) => {
        const inward = lane > from ? -1 : 1;
        return svg('line', {
          class: 'arrow',
          x1: x(from),
          x2: x(lane) + inward * 2,
          y1: y,
          y2: y,
          'marker-end': `url(#${headOf(step)})`,
        });
      }),
      events &&
        svg('rect', {
          class: `event by ${step.from}`,
          x: x(from) - 5,
          y: y - 5,
          width: 10,
          height: 10,
          rx: 2,
        }),
      svg('text', { class: 'label', x: middle, y: y - 17, 'text-anchor': anchor }, label),
      ' ',
      svg('text', { class: 'under', x: middle, y: y - 5, 'text-anchor': anchor }, under),
    );
    // On a step, the one that it comes of is shown as well.
    const light = (/** @type {boolean} */ on) => {
      if (cause !== undefined)
        drawing.querySelector(`[data-step="${cause}"]`)?.classList.toggle('cause', on);
    };
    for (const name of ['mouseenter', 'focus']) element.addEventListener(name, () => light(true));
    for (const name of ['mouseleave', 'blur']) element.addEventListener(name, () => light(false));
    drawing.append(element);
  }
  return drawing;
}

/** The type of a step's record, and of several drivers asked which. @param {Step} step */
export function arrowLabel({ record }) {
  const { driverId } = /** @type {{ driverId?: unknown }} */ (record.data ?? {});
  const asked = typeof driverId === 'string' && record.key === driverId;
  return `${record.type ?? record.what}${asked ? ` …${driverId.slice(-4)}` : ''}`;
}

/** @param {Step} step */
function took({ msSinceCause, deadline }) {
  if (msSinceCause === undefined) return '';
  return ` · ${deadline === undefined ? '' : 'deadline, '}${msSinceCause < 0 ? '' : '+'}${msSinceCause} ms`;
}

/** @param {number} from @param {readonly number[]} lanes */
function nearest(from, lanes) {
  return /** @type {number} */ (
    lanes.toSorted((a, b) => Math.abs(a - from) - Math.abs(b - from))[0]
  );
}

/** @param {Step} step */
function headOf({ style, record }) {
  return style === 'publish/subscribe' ||
    (style === 'one-way notification' && record.what !== 'reply')
    ? 'open-head'
    : 'full-head';
}

function heads() {
  const marker = {
    markerWidth: 9,
    markerHeight: 9,
    refX: 8,
    refY: 4.5,
    orient: 'auto',
    markerUnits: 'userSpaceOnUse',
  };
  return svg(
    'defs',
    {},
    svg(
      'marker',
      { ...marker, id: 'full-head' },
      svg('path', { class: 'head full', d: 'M0 0 L9 4.5 L0 9 Z' }),
    ),
    svg(
      'marker',
      { ...marker, id: 'open-head' },
      svg('path', { class: 'head open', d: 'M1 1 L8 4.5 L1 8' }),
    ),
  );
}
