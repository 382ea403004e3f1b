/** What the server says is wrong; `message` is for people. */
export class ServerProblem extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const AWAY = 'The console does not answer. This page goes on when it is back.';

/**
 * @template T
 * @param {string} path
 * @param {AbortSignal} [signal]
 * @returns {Promise<T>}
 */
export async function get(path, signal) {
  return answer(await fetch(path, { ...(signal && { signal }) }).catch(away));
}

/**
 * Writes, with the token.
 *
 * @template T
 * @param {string} path
 * @param {object} body
 * @returns {Promise<T>}
 */
export async function post(path, body) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token()}` };
  const request = { method: 'POST', headers, body: JSON.stringify(body) };
  return answer(await fetch(path, request).catch(away));
}

/** @param {Error} error @returns {never} */
function away(error) {
  if (error.name === 'AbortError') throw error;
  throw new ServerProblem(0, AWAY);
}

/** @param {Response} response */
async function answer(response) {
  const body = await response.json();
  if (!response.ok) throw new ServerProblem(response.status, body.detail ?? response.statusText);
  return body;
}

/**
 * Follows frames until `signal` is aborted. The browser reconnects by itself; what is wrong meanwhile is said.
 *
 * @param {string} path
 * @param {AbortSignal} signal
 * @param {(frame: any) => void} onFrame
 * @param {{ readonly onEnd?: () => void }} [options]
 */
export function follow(path, signal, onFrame, { onEnd } = {}) {
  const source = new EventSource(path);
  signal.addEventListener('abort', () => {
    source.close();
    notice('');
  });
  source.addEventListener('frame', ({ data }) => {
    notice('');
    onFrame(JSON.parse(data));
  });
  source.addEventListener('away', ({ data }) => notice(JSON.parse(data).message));
  source.addEventListener('end', () => {
    source.close();
    onEnd?.();
  });
  source.addEventListener('error', async () => {
    if (signal.aborted) return;
    if (source.readyState !== EventSource.CLOSED) return notice(AWAY);
    // A stream that was refused is not tried again; asked plainly, the server says why.
    const why = await get(path, signal).catch((error) => error.message);
    if (!signal.aborted) notice(why);
  });
}

/** Says what is wrong, above the page; nothing if all is well. @param {string} text */
export function notice(text) {
  const place = document.getElementById('notice');
  if (place !== null && place.textContent !== text) place.textContent = text;
}

const TOKEN = 'hail-token';

export function token() {
  return sessionStorage.getItem(TOKEN) ?? '';
}

/** @param {string} value */
export function setToken(value) {
  sessionStorage.setItem(TOKEN, value.trim());
}

/** Takes the token out of the address that `npm start` prints, so that it stays in no history; `false` if there is none. */
export function takeToken() {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given === null) return false;
  setToken(given);
  history.replaceState(null, '', location.pathname + location.search);
  return true;
}
