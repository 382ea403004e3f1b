import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { extname, join } from 'node:path';

/** A file to be served. */
export interface Asset {
  readonly contentType: string;
  readonly body: Buffer;
  readonly etag: string;
}

/** What stands at a path, such as `/app/main.js`; `undefined` if nothing does. */
export type Assets = (path: string) => Asset | undefined;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
};

/**
 * Reads the files of a folder into memory, by name; those of types that are not served, and what is in its
 * folders, are left out. Nothing else can be asked for, whatever the path.
 */
export function readAssets(folder: string): ReadonlyMap<string, Asset> {
  const assets = new Map<string, Asset>();
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const contentType = types[extname(entry.name)];
    if (!entry.isFile() || contentType === undefined) continue;
    const body = readFileSync(join(folder, entry.name));
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    assets.set(entry.name, { contentType, body, etag });
  }
  return assets;
}

/** Answers a GET or HEAD with what stands at its path; `false` if nothing does. Browsers ask again each time. */
export function sendAsset(
  request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  },
  response: ServerResponse,
  assets: Assets | undefined,
): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  const asset = assets?.(request.path);
  if (asset === undefined) return false;
  const { contentType, body, etag } = asset;
  const headers = { 'Cache-Control': 'no-cache', ETag: etag };
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers).end();
  } else {
    const length = { 'Content-Type': contentType, 'Content-Length': body.length };
    response.writeHead(200, { ...headers, ...length });
    response.end(request.method === 'HEAD' ? undefined : body);
  }
  return true;
}
