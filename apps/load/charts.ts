/** A line of a plot: a value per point of the plot's axis, `null` where there is none. */
export interface Line {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

const WIDTH = 720;
const HEIGHT = 220;
const LEFT = 56;
const BOTTOM = 24;
const TOP = 8;
const PLOT = { width: WIDTH - LEFT - 8, height: HEIGHT - BOTTOM - TOP };
/** More points than pixels show nothing more: the largest of each few is kept. */
const POINTS = 600;

export const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/** The next of 1, 2, 5, 10, 20, … that is not below. */
export function ceiling(value: number): number {
  if (value <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10);
}

const short = (value: number): string =>
  value >= 10_000 ? `${value / 1_000}k` : String(Math.round(value * 100) / 100);

function frame(title: string, most: number, unit: string, body: string, axis: string): string {
  const marks = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const y = TOP + PLOT.height * (1 - part);
    return `<line class="grid" x1="${LEFT}" x2="${WIDTH - 8}" y1="${y}" y2="${y}"/><text x="${LEFT - 6}" y="${y + 4}" text-anchor="end">${short(most * part)}</text>`;
  });
  return `<figure><figcaption>${escaped(title)} <small>${escaped(unit)}</small></figcaption><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(title)}">${marks.join('')}${body}${axis}</svg>`;
}

/** Lines over time, as inline SVG with a legend. */
export function linePlot(
  title: string,
  unit: string,
  at: readonly number[],
  lines: readonly Line[],
): string {
  const last = Math.max(1, at.at(-1) ?? 1);
  const most = ceiling(Math.max(0, ...lines.flatMap(({ values }) => values.map((v) => v ?? 0))));
  const x = (second: number) => LEFT + (PLOT.width * second) / last;
  const y = (value: number) => TOP + PLOT.height * (1 - value / most);
  const size = Math.ceil(at.length / POINTS);
  const body = lines.map(({ values }, i) => {
    let path = '';
    for (let from = 0; from < at.length; from += size) {
      const some = values.slice(from, from + size).filter((value) => value !== null);
      if (some.length === 0) continue;
      path += `${path === '' ? 'M' : 'L'}${x(at[from] ?? 0).toFixed(1)} ${y(Math.max(...some)).toFixed(1)}`;
    }
    return `<path class="line c${i}" d="${path}"/>`;
  });
  const axis = [0, 0.25, 0.5, 0.75, 1].map(
    (part) =>
      `<text x="${x(last * part)}" y="${HEIGHT - 6}" text-anchor="${part === 1 ? 'end' : 'middle'}">${short(Math.round(last * part))} s</text>`,
  );
  const legend = lines.map(({ name }, i) => `<li class="c${i}">${escaped(name)}</li>`).join('');
  return `${frame(title, most, unit, body.join(''), axis.join(''))}<ul class="legend">${legend}</ul></figure>`;
}

/** Bars for ranges, as inline SVG. */
export function barPlot(
  title: string,
  unit: string,
  bars: readonly { readonly name: string; readonly value: number }[],
): string {
  const most = ceiling(Math.max(0, ...bars.map(({ value }) => value)));
  const width = PLOT.width / Math.max(1, bars.length);
  const every = Math.ceil(bars.length / 10);
  const body = bars.map(({ name, value }, i) => {
    const height = (PLOT.height * value) / most;
    const x = LEFT + i * width;
    const label =
      i % every === 0
        ? `<text x="${(x + width).toFixed(1)}" y="${HEIGHT - 6}" text-anchor="end">${escaped(name)}</text>`
        : '';
    return `<rect class="bar" x="${(x + 1).toFixed(1)}" y="${(TOP + PLOT.height - height).toFixed(1)}" width="${Math.max(1, width - 2).toFixed(1)}" height="${height.toFixed(1)}"><title>${escaped(name)}: ${value}</title></rect>${label}`;
  });
  return `${frame(title, most, unit, body.join(''), '')}</figure>`;
}
