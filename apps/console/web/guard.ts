import { timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { ProblemError } from '../../../platform/http/problem.ts';
import type { Incoming } from '../../../platform/http/server.ts';

/** Nothing but what this server gives may be loaded, run, framed or sent. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/**
 * Lets through what people ask of this server by its own address. A foreign name that resolves to this machine (DNS
 * rebinding) and a foreign page that sends requests here (CSRF) are refused.
 *
 * @throws ProblemError
 */
export function guard({ headers }: Incoming): void {
  const host = headers.host ?? '';
  if (!isOwnName(nameIn(host))) {
    throw new ProblemError(
      'forbidden',
      `"${host}" is not a name of this console: use its address, localhost, or this machine's name.`,
    );
  }
  const { origin } = headers;
  const foreign = origin !== undefined && origin !== `http://${host}`;
  const site = headers['sec-fetch-site'];
  // A link from elsewhere may open a page; it may not fetch.
  const fetched = site === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate';
  if (foreign || fetched)
    throw new ProblemError('forbidden', 'The request comes from another site.');
}

/** @throws ProblemError unless `authorization` is `Bearer` and the token; without a token nobody may write */
export function expectToken(token: string | undefined, authorization: string | undefined): void {
  if (!token) {
    throw new ProblemError('forbidden', 'This console was started without a token: it only reads.');
  }
  const given = Buffer.from(authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  if (given.length === wanted.length && timingSafeEqual(given, wanted)) return;
  throw new ProblemError(
    'unauthorized',
    'Writing needs the token that `npm start` prints with the address of this console.',
    { headers: { 'WWW-Authenticate': 'Bearer' } },
  );
}

/** The host without its port and brackets. */
function nameIn(host: string): string {
  return host
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
}

/** An address is what it says; a name could be anybody's. */
function isOwnName(name: string): boolean {
  return isIP(name) !== 0 || name === 'localhost' || name === hostname().toLowerCase();
}
