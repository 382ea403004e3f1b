import { h, put, show } from './dom.js';
import { count, short } from './format.js';
import { drawMap } from './map-drawing.js';
import { follow } from './server.js';

/** @typedef {import('../shapes.ts').MapFrame} MapFrame */

/** Trips that are listed beside the map, at most. */
const LISTED = 12;

/** Drivers, offers and trips on the streets, as they move. @type {import('./main.js').Page} */
export function map(main, signal) {
  const followed = new URLSearchParams(location.search).get('trip') ?? '';
  const canvas = h('canvas', {
    class: 'map',
    role: 'img',
    'aria-label': 'Map of drivers and trips; the list beside it says the same',
  });
  const counts = h('ul', { class: 'legend map-legend' });
  const sample = h('p', { class: 'quiet' });
  const story = h('p', { id: 'followed', class: 'followed' });
  const list = h('ul', { class: 'trip-list' });
  put(
    main,
    h('h1', {}, 'Map'),
    h(
      'div',
      { class: 'map-page' },
      h('div', { class: 'map-place' }, canvas),
      h('div', { class: 'map-side' }, story, counts, sample, h('h2', {}, 'Trips under way'), list),
    ),
  );
  /** @type {MapFrame | undefined} */
  let before;
  /** @type {MapFrame | undefined} */
  let now;
  let came = 0;
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const draw = () => {
    if (signal.aborted) return;
    if (now !== undefined) {
      const between = Math.max(1, now.at - (before?.at ?? now.at));
      // One frame behind, drivers move evenly from where they were to where they are.
      const part = still ? 1 : Math.min(1, (performance.now() - came) / between);
      drawMap(canvas, before ?? now, now, part, followed);
    }
    requestAnimationFrame(draw);
  };
  requestAnimationFrame(draw);
  let last = '';
  follow('/api/map', signal, (/** @type {MapFrame} */ frame) => {
    [before, now, came] = [now, frame, performance.now()];
    const { drivers, driversTotal, trips } = frame;
    const of = (/** @type {string} */ status) =>
      drivers.filter((driver) => driver.status === status).length;
    show(
      counts,
      h('li', { class: 'available' }, `${count(of('available'))} available`),
      h('li', { class: 'offered' }, `${count(of('offered'))} offered a trip`),
      h('li', { class: 'assigned' }, `${count(of('assigned'))} on the way to a rider`),
      h('li', { class: 'on-trip' }, `${count(of('onTrip'))} with a rider`),
      h(
        'li',
        { class: 'waiting' },
        `${count(trips.filter(({ stage }) => stage === 'searching').length)} waiting for a driver`,
      ),
    );
    sample.textContent =
      driversTotal > drivers.length
        ? `Showing ${count(drivers.length)} of ${count(driversTotal)} drivers.`
        : '';
    if (followed !== '') {
      const trip = trips.find(({ tripId }) => tripId === followed);
      if (trip) last = trip.stage;
      show(
        story,
        'Following ',
        h('a', { href: `/trips/${followed}`, class: 'mono' }, short(followed)),
        `: ${last || 'not under way'}`,
      );
    }
    if (list.contains(document.activeElement)) return;
    const shown = trips.toSorted((a, b) => b.requestedAt - a.requestedAt).slice(0, LISTED);
    show(
      list,
      shown.map(({ tripId, stage }) =>
        h(
          'li',
          {},
          h('a', { href: `/trips/${tripId}`, class: 'mono' }, short(tripId)),
          h('span', { class: `stage ${stage.replace(' ', '-')}` }, stage),
        ),
      ),
      trips.length > shown.length &&
        h('li', { class: 'quiet' }, `and ${count(trips.length - shown.length)} more`),
    );
  });
}
