import { h, put, show, table } from './dom.js';
import { clock, lasted, short } from './format.js';
import { follow } from './server.js';

/** The latest trips, and any other by its id. @type {import('./main.js').Page} */
export function trips(main, signal) {
  const list = h('div', { id: 'trips' }, h('p', { class: 'quiet' }, 'Looking for trips …'));
  const input = h('input', { id: 'trip-id', name: 'id', required: true, autocomplete: 'off' });
  put(
    main,
    h('h1', {}, 'Trips'),
    h(
      'form',
      {
        class: 'line',
        onsubmit: (/** @type {SubmitEvent} */ event) => {
          event.preventDefault();
          location.assign(`/trips/${encodeURIComponent(input.value.trim())}`);
        },
      },
      h('label', { for: 'trip-id' }, 'Trip id'),
      input,
      h('button', {}, 'Open'),
    ),
    list,
  );
  let before = '';
  follow('/api/trips', signal, (/** @type {import('../shapes.ts').TripRow[]} */ frame) => {
    const now = JSON.stringify(frame);
    // Somebody may be on a link of the list: it changes only when the trips do, and not under the keyboard.
    if (now === before || list.contains(document.activeElement)) return;
    before = now;
    if (frame.length === 0) {
      show(list, h('p', { class: 'quiet' }, 'No trip was requested in the last ten minutes.'));
      return;
    }
    const rows = frame.map(({ tripId, stage, ended, requestedAt, changedAt, driverId }) => [
      h('a', { href: `/trips/${tripId}`, class: 'mono' }, tripId),
      h('span', { class: `stage ${stage.replace(' ', '-')}` }, stage),
      clock(requestedAt),
      ended ? lasted(changedAt - requestedAt) : 'under way',
      driverId === undefined ? '' : short(driverId),
    ]);
    show(
      list,
      table('The latest trips', ['Trip', 'Stage', 'Requested', 'Lasted', 'Driver'], rows),
      h(
        'p',
        { class: 'quiet' },
        `The latest ${frame.length}. They stand still while you are on one.`,
      ),
    );
  });
}
