import { h, show } from './dom.js';
import { count, decimal } from './format.js';
import { Ring } from './ring.js';
import { follow, get } from './server.js';

/** @typedef {import('../shapes.ts').Row} Row */
/** @typedef {import('./row-list.js').RowList} RowList */

/** Records that the page keeps, and that it shows at once. */
const KEPT = 5_000;
export const SHOWN = 50;
/** The page is drawn at most so often while records come in, in milliseconds. */
const DRAW_EVERY = 100;

/** What is shown of a topic: live, paused over what came, or at some place of it. */
export class TailView {
  /** @type {Ring<Row>} */
  #ring = new Ring(KEPT);
  /** What is looked at while it stands still, the newest first. @type {readonly Row[] | undefined} */
  #still;
  #skip = 0;
  #seen = 0;
  #passed = 0;
  #meanwhile = 0;
  #rate = { since: performance.now(), seen: 0, perSecond: 0 };
  #drawnAt = 0;
  #waiting = false;
  #place = '';
  #query = new URLSearchParams();
  #stop = new AbortController();
  /** Told when live and paused change places. */
  onChange = () => {};

  /**
   * @param {string} topic
   * @param {RowList} list
   * @param {HTMLElement} status
   * @param {AbortSignal} signal
   */
  constructor(topic, list, status, signal) {
    this.path = `/api/topics/${encodeURIComponent(topic)}`;
    this.list = list;
    this.status = status;
    this.signal = signal;
    signal.addEventListener('abort', () => this.#stop.abort());
  }

  get paused() {
    return this.#still !== undefined;
  }

  /** Shows what comes in, from now on. */
  start() {
    this.#begin('');
    const { signal } = this.#stop;
    follow(
      `${this.path}/tail?${this.#query}`,
      signal,
      (/** @type {import('../shapes.ts').TailFrame} */ frame) => {
        // After an absence it is read anew, from the last records on.
        if (frame.begins) this.#ring.clear();
        this.#seen += frame.seen;
        this.#passed += frame.seen - frame.rows.length;
        this.#rate.seen += frame.seen;
        this.#ring.push(frame.rows);
        if (this.paused) this.#meanwhile += frame.seen;
        else this.#drawSoon();
      },
    );
    const measure = setInterval(() => this.#measure(), 1_000);
    signal.addEventListener('abort', () => clearInterval(measure));
    this.#draw();
  }

  /** Only what passes is shown. @param {Record<string, string>} filter */
  filter(filter) {
    this.#query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== ''));
    this.start();
  }

  /** Shows the records from a place on, standing still. @param {string} from */
  async seek(from) {
    this.#begin(from);
    this.#still = [];
    this.onChange();
    const { signal } = this.#stop;
    const query = new URLSearchParams([...this.#query, ['from', from], ['limit', '500']]);
    try {
      /** @type {Row[]} */
      const rows = await get(`${this.path}/records?${query}`, signal);
      this.#still = rows;
      this.#draw();
    } catch (error) {
      if (!signal.aborted)
        show(this.status, h('span', { class: 'problem' }, /** @type {Error} */ (error).message));
    }
  }

  /** Stands still over what came, or goes on with what comes; nothing is missed meanwhile. */
  pauseOrResume() {
    if (this.#place !== '') return this.start();
    this.#still = this.paused ? undefined : this.#ring.newest(0, KEPT);
    this.#skip = 0;
    this.#meanwhile = 0;
    this.onChange();
    this.#draw();
  }

  /** While it stands still: to older or newer records. @param {1 | -1} pages */
  turn(pages) {
    const next = Math.max(0, this.#skip + pages * SHOWN);
    if (next < (this.#still?.length ?? 0)) this.#skip = next;
    this.#draw();
  }

  /** @param {string} place */
  #begin(place) {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#ring.clear();
    this.#still = undefined;
    this.#place = place;
    this.#skip = 0;
    this.#seen = 0;
    this.#passed = 0;
    this.#meanwhile = 0;
    this.#rate = { since: performance.now(), seen: 0, perSecond: 0 };
    this.onChange();
  }

  /** Frames of the screen may be passed over, records are not. */
  #drawSoon() {
    if (this.#waiting) return;
    this.#waiting = true;
    const wait = Math.max(0, this.#drawnAt + DRAW_EVERY - performance.now());
    setTimeout(
      () =>
        requestAnimationFrame(() => {
          this.#waiting = false;
          if (!this.paused && !this.#stop.signal.aborted) this.#draw();
        }),
      wait,
    );
  }

  #measure() {
    const now = performance.now();
    const { since, seen } = this.#rate;
    this.#rate = { since: now, seen: 0, perSecond: (seen * 1_000) / (now - since) };
    this.#say();
  }

  #draw() {
    this.#drawnAt = performance.now();
    const { list } = this;
    list.draw(this.#still?.slice(this.#skip, this.#skip + SHOWN) ?? this.#ring.newest(0, SHOWN));
    this.#say();
  }

  #say() {
    const { perSecond } = this.#rate;
    const passed = this.#passed > 0 ? ` ${count(this.#passed)} were passed over.` : '';
    const sampled =
      perSecond > SHOWN
        ? `showing the newest ${SHOWN} of ${decimal(perSecond)} records/s`
        : `${decimal(perSecond)} records/s`;
    let text = `Live: ${sampled}; ${count(this.#seen)} seen, the last ${count(this.#ring.size)} are kept.${passed}`;
    if (this.#still !== undefined) {
      const { length } = this.#still;
      const range =
        length === 0 ? 'none' : `${this.#skip + 1} to ${Math.min(this.#skip + SHOWN, length)}`;
      text =
        this.#place === ''
          ? `Paused: showing ${range} of the last ${count(length)}; ${count(this.#meanwhile)} came meanwhile.${passed}`
          : `From ${this.#place}: showing ${range} of ${count(length)}, the oldest first.`;
    }
    if (this.status.textContent !== text) this.status.textContent = text;
  }
}
