import { join } from 'node:path';
import { type Assets, readAssets } from '../../../platform/http/assets.ts';
import { contractsFolder } from '../../contracts/folder.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** Every page is the same document: what it shows is up to its script. */
const PAGES = /^\/(?:|(?:topics|trips|schemas)(?:\/[^/]+)?|map|letters|contracts)$/;

/** The page itself, its scripts and styles under `/app/`, and the contracts under `/contracts/`. */
export function pageAssets(): Assets {
  const app = readAssets(join(import.meta.dirname, 'browser'));
  const contracts = readAssets(join(root, contractsFolder));
  return (path) => {
    if (path.startsWith('/app/')) return app.get(path.slice('/app/'.length));
    if (path.startsWith('/contracts/')) return contracts.get(path.slice('/contracts/'.length));
    if (path === '/favicon.ico') return app.get('icon.svg');
    return PAGES.test(path) ? app.get('index.html') : undefined;
  };
}
