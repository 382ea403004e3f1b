import { svg } from './dom.js';

const WIDTH = 120;
const HEIGHT = 28;

/**
 * A small curve; the highest value, but at least `least`, is at the top.
 *
 * @param {readonly number[]} values oldest first
 * @param {number} least
 * @param {string} label for those who do not see it
 */
export function sparkline(values, least, label) {
  const top = Math.max(least, ...values);
  // The curve grows from the right until there are enough samples to fill it.
  const step = WIDTH / Math.max(24, values.length - 1);
  const from = WIDTH - step * (values.length - 1);
  const points = values.map((value, i) => [
    (from + i * step).toFixed(1),
    (HEIGHT - 2 - (value / top) * (HEIGHT - 4)).toFixed(1),
  ]);
  const line = points.map(([x, y]) => `${x},${y}`).join(' ');
  const area = `${from.toFixed(1)},${HEIGHT} ${line} ${WIDTH},${HEIGHT}`;
  return svg(
    'svg',
    { class: 'sparkline', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': label },
    svg('polygon', { points: area }),
    svg('polyline', { points: line }),
  );
}
