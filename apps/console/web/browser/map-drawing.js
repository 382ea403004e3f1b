/** @typedef {import('../shapes.ts').MapFrame} MapFrame */
/** @typedef {import('../shapes.ts').LatLon} LatLon */

const MARGIN = 16;

/**
 * Draws drivers between where they were and where they are.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {MapFrame} before
 * @param {MapFrame} now
 * @param {number} part how much of the way has been made, 0 to 1
 * @param {string} followed id of the trip that is drawn more strongly; empty for none
 */
export function drawMap(canvas, before, now, part, followed) {
  const side = canvas.clientWidth;
  const pixels = Math.round(side * devicePixelRatio);
  if (canvas.width !== pixels) [canvas.width, canvas.height] = [pixels, pixels];
  const brush = canvas.getContext('2d');
  if (brush === null || side === 0) return;
  brush.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  brush.clearRect(0, 0, side, side);
  const style = getComputedStyle(canvas);
  const color = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`);
  const { southWest, northEast, blocks } = now.grid;
  const inner = side - 2 * MARGIN;
  const x = (/** @type {LatLon} */ { longitude }) =>
    MARGIN +
    ((longitude - southWest.longitude) / (northEast.longitude - southWest.longitude)) * inner;
  const y = (/** @type {LatLon} */ { latitude }) =>
    MARGIN + ((northEast.latitude - latitude) / (northEast.latitude - southWest.latitude)) * inner;

  streets(brush, blocks, inner, color('line'));
  const was = new Map(before.drivers.map((driver) => [driver.id, driver]));
  const drivers = now.drivers.map((driver) => {
    const from = was.get(driver.id) ?? driver;
    return {
      ...driver,
      x: x(from) + (x(driver) - x(from)) * part,
      y: y(from) + (y(driver) - y(from)) * part,
    };
  });
  const byTrip = Map.groupBy(drivers, ({ tripId }) => tripId ?? '');

  for (const { tripId, stage, ended, pickup, dropoff } of now.trips) {
    if (pickup === undefined || dropoff === undefined) continue;
    const strong = tripId === followed;
    brush.globalAlpha = ended ? 0.35 : strong ? 1 : 0.75;
    brush.lineWidth = strong ? 3 : 1.5;
    const riding = stage === 'in progress';
    const [px, py, dx, dy] = [x(pickup), y(pickup), x(dropoff), y(dropoff)];
    for (const driver of byTrip.get(tripId) ?? []) {
      const offered = driver.status === 'offered';
      brush.setLineDash(offered ? [3, 4] : []);
      way(
        brush,
        driver.x,
        driver.y,
        riding ? dx : px,
        riding ? dy : py,
        color(offered ? 'dispatch' : 'driver'),
      );
    }
    brush.setLineDash([2, 5]);
    if (!riding && !ended) way(brush, px, py, dx, dy, color('trip'));
    brush.setLineDash([]);
    if (!riding && !ended) ring(brush, px, py, strong ? 8 : 5, color('rider'));
    brush.fillStyle = color('trip');
    const half = strong ? 5 : 3;
    brush.fillRect(dx - half, dy - half, 2 * half, 2 * half);
  }
  brush.globalAlpha = 1;
  brush.setLineDash([]);
  brush.lineWidth = 2;
  for (const driver of drivers) {
    const free = driver.status === 'available';
    const radius = driver.tripId === followed && followed !== '' ? 7 : 4.5;
    if (free) ring(brush, driver.x, driver.y, radius - 0.5, color('driver'), color('page'));
    else {
      const fill =
        { offered: 'dispatch', assigned: 'driver', onTrip: 'trip' }[driver.status] ?? 'quiet';
      ring(brush, driver.x, driver.y, radius, color('page'), color(fill));
    }
  }
}

/** @param {CanvasRenderingContext2D} brush @param {number} blocks @param {number} inner @param {string} color */
function streets(brush, blocks, inner, color) {
  brush.strokeStyle = color;
  brush.lineWidth = 1;
  brush.beginPath();
  for (let i = 0; i <= blocks; i += 1) {
    const at = Math.round(MARGIN + (i * inner) / blocks) + 0.5;
    brush.moveTo(at, MARGIN);
    brush.lineTo(at, MARGIN + inner);
    brush.moveTo(MARGIN, at);
    brush.lineTo(MARGIN + inner, at);
  }
  brush.stroke();
}

/**
 * First along the avenue, then along the street, as the simulated drivers go.
 *
 * @param {CanvasRenderingContext2D} brush
 * @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 @param {string} color
 */
function way(brush, x1, y1, x2, y2, color) {
  brush.strokeStyle = color;
  brush.beginPath();
  brush.moveTo(x1, y1);
  brush.lineTo(x2, y1);
  brush.lineTo(x2, y2);
  brush.stroke();
}

/**
 * @param {CanvasRenderingContext2D} brush
 * @param {number} x @param {number} y @param {number} radius @param {string} edge @param {string} [fill]
 */
function ring(brush, x, y, radius, edge, fill) {
  brush.beginPath();
  brush.arc(x, y, radius, 0, 2 * Math.PI);
  if (fill !== undefined) {
    brush.fillStyle = fill;
    brush.fill();
  }
  brush.strokeStyle = edge;
  brush.stroke();
}
