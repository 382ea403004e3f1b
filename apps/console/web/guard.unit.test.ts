import { describe, expect, it } from 'vitest';
import { expectToken, guard } from './guard.ts';

const ask = (headers: Record<string, string>) => () =>
  guard({ method: 'POST', path: '/api/letters/redrive', headers });

describe('the guard', () => {
  it.each(['127.0.0.1:8090', 'localhost:8090', '[::1]:8090', '192.168.1.7'])('lets %s in', (host) =>
    expect(ask({ host, origin: `http://${host}` })).not.toThrow(),
  );

  it.each([
    ['a name that somebody points here', { host: 'evil.example:8090' }],
    ['no name at all', {}],
    ['a page of another site', { host: 'localhost:8090', origin: 'http://evil.example' }],
    ['a page of another port', { host: 'localhost:8090', origin: 'http://localhost:3000' }],
    ['a page without an origin', { host: 'localhost:8090', origin: 'null' }],
    ['what another site fetches', { host: 'localhost:8090', 'sec-fetch-site': 'cross-site' }],
  ])('refuses %s', (_, headers) => {
    expect(ask(headers as Record<string, string>)).toThrow();
  });

  it('lets a link from another site open a page', () => {
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect(ask({ host: 'localhost:8090', ...headers })).not.toThrow();
  });
});

describe('the token', () => {
  it('opens for itself only', () => {
    expect(() => expectToken('secret', 'Bearer secret')).not.toThrow();
    for (const wrong of [undefined, '', 'secret', 'Bearer secreT', 'Bearer secrets']) {
      expect(() => expectToken('secret', wrong)).toThrow('npm start');
    }
  });

  it('is needed: without one nobody may write', () => {
    expect(() => expectToken(undefined, 'Bearer undefined')).toThrow('only reads');
    expect(() => expectToken('', 'Bearer ')).toThrow('only reads');
  });
});
