import { contracts } from './contracts.js';
import { h, put, show } from './dom.js';
import { letters } from './letters.js';
import { map } from './map.js';
import { overview } from './overview.js';
import { schema, schemas } from './schemas.js';
import { notice, takeToken } from './server.js';
import { tail } from './tail.js';
import { topics } from './topics.js';
import { trip } from './trip.js';
import { trips } from './trips.js';

/**
 * A page draws itself into `main` and goes on until `signal` is aborted. `argument` is the last part of its path.
 *
 * @typedef {(main: HTMLElement, signal: AbortSignal, argument: string) => void | Promise<void>} Page
 */

/** @type {readonly [path: RegExp, title: string, page: Page][]} */
const pages = [
  [/^\/$/, 'Overview', overview],
  [/^\/topics$/, 'Topics', topics],
  [/^\/topics\/([^/]+)$/, 'Topic', tail],
  [/^\/trips$/, 'Trips', trips],
  [/^\/trips\/([^/]+)$/, 'Trip', trip],
  [/^\/map$/, 'Map', map],
  [/^\/schemas$/, 'Schemas', schemas],
  [/^\/schemas\/([^/]+)$/, 'Schema', schema],
  [/^\/letters$/, 'Dead letters', letters],
  [/^\/contracts$/, 'Contracts', contracts],
];

/** @type {readonly [path: string, title: string][]} */
const entries = [
  ['/', 'Overview'],
  ['/topics', 'Topics'],
  ['/trips', 'Trips'],
  ['/map', 'Map'],
  ['/schemas', 'Schemas'],
  ['/letters', 'Dead letters'],
  ['/contracts', 'Contracts'],
];

const main = /** @type {HTMLElement} */ (document.getElementById('page'));
const nav = /** @type {HTMLElement} */ (document.getElementById('nav'));
let leave = new AbortController();

/** @param {boolean} moved whether somebody came here from another page of the console */
function open(moved) {
  leave.abort();
  leave = new AbortController();
  const { pathname } = location;
  const found = pages.find(([path]) => path.test(pathname));
  const [path, title, page] = found ?? [/^$/, 'Nothing here', nothing];
  const argument = decodeURIComponent(path.exec(pathname)?.[1] ?? '');
  document.title = `${argument === '' ? title : `${title} ${argument}`} · Hail console`;
  const links = entries.map(([to, name]) => {
    const here = to === '/' ? pathname === '/' : pathname.startsWith(to);
    return h('li', {}, h('a', { href: to, 'aria-current': here && 'page' }, name));
  });
  show(nav, links);
  show(main);
  notice('');
  const { signal } = leave;
  Promise.resolve(page(main, signal, argument)).catch((error) => {
    if (!signal.aborted) put(main, h('p', { class: 'problem', role: 'alert' }, error.message));
  });
  if (!moved) return;
  window.scrollTo(0, 0);
  main.focus({ preventScroll: true });
}

/** @param {HTMLElement} main */
function nothing(main) {
  put(main, h('h1', {}, 'There is no such page'), h('p', {}, h('a', { href: '/' }, 'Overview')));
}

/** Goes to another page of the console. @param {string} path */
function go(path) {
  history.pushState(null, '', path);
  open(true);
}

document.addEventListener('click', (event) => {
  const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey);
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  const path = link?.getAttribute('href') ?? '';
  if (!plain || !path.startsWith('/') || path.startsWith('/contracts/')) return;
  event.preventDefault();
  go(path);
});
window.addEventListener('popstate', () => open(true));
window.addEventListener('hashchange', () => takeToken() && open(false));

takeToken();
open(false);
