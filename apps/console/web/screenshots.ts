// `npm run screenshots`: takes the pictures of the README from a small city that lives for a minute.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, chromium as engine, type Page } from 'playwright-core';
import { startBackends } from '../../../infra/backends/index.ts';
import { chromium } from '../../../infra/chromium.ts';
import { removeRun, writeRun } from '../../../infra/run-file.ts';
import { startCity } from '../../simulator/city.ts';
import { type System, startSystem } from '../../start/system.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'docs', 'images');
const say = (text: string) => process.stderr.write(`${text}\n`);
/** So long the city lives before the first picture, and the overview is looked at, in milliseconds. */
const LIVES_BEFORE = 20_000;
const LOOKED_AT = 60_000;

interface Picture {
  readonly name: string;
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly colorScheme: 'light' | 'dark';
  /** Brings the page to where the picture is taken. */
  readonly prepare: (page: Page) => Promise<unknown>;
}

const wide = { width: 1280, height: 860, colorScheme: 'light' } as const;

function pictures(tripId: string): readonly Picture[] {
  const openStep = async (page: Page) => {
    await page.locator('.step', { hasText: 'TripAssigned' }).first().click();
    await page.locator('dialog .wire').waitFor();
    await page
      .getByRole('heading', { name: 'Headers' })
      .evaluate((heading: { scrollIntoView(): void }) => heading.scrollIntoView());
  };
  return [
    {
      ...{ name: 'trip', path: `/trips/${tripId}`, ...wide },
      prepare: (page) => page.locator('.step', { hasText: 'FareCaptured' }).first().waitFor(),
    },
    { ...{ name: 'bytes', path: `/trips/${tripId}`, ...wide }, prepare: openStep },
    {
      ...{ name: 'map', path: '/map', ...wide, colorScheme: 'dark' },
      prepare: (page) => page.locator('.trip-list li').nth(3).waitFor(),
    },
    {
      ...{ name: 'topic-390', path: '/topics/trip.events', ...wide, width: 390, height: 844 },
      prepare: (page) => page.locator('.records tbody tr').nth(20).waitFor(),
    },
    { ...{ name: 'overview', path: '/', ...wide }, prepare: () => sleep(LOOKED_AT) },
  ];
}

async function take(browser: Browser, base: string, picture: Picture): Promise<void> {
  const { name, path, width, height, colorScheme, prepare } = picture;
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  await page.goto(base + path);
  await prepare(page);
  // Once more drawn, so that nothing is half there.
  await page.evaluate(
    'new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))',
  );
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await page.close();
  say(`docs/images/${name}.png`);
}

async function takeAll(system: System, browser: Browser): Promise<void> {
  const base = system.console?.url ?? '';
  const city = await startCity({ url: system.url, rate: 2.5, drivers: 60, seed: 7 });
  await sleep(LIVES_BEFORE);
  const tripId = await completedTrip(browser, base);
  for (const picture of pictures(tripId)) await take(browser, base, picture);
  await city.breakOff(5_000);
}

async function completedTrip(browser: Browser, base: string): Promise<string> {
  const page = await browser.newPage();
  await page.goto(`${base}/trips`);
  const row = page.locator('tr', { has: page.locator('.stage.completed') }).last();
  const href = await row.getByRole('link').getAttribute('href');
  await page.close();
  return href?.split('/').at(-1) ?? '';
}

mkdirSync(folder, { recursive: true });
const dataDir = mkdtempSync(join(tmpdir(), 'hail-screenshots-'));
const backends = await startBackends({
  dataDir,
  ports: 'free',
  keep: false,
  fresh: true,
  progress: say,
});
const services: Record<string, { pid: number; admin?: string }> = {};
const system = await startSystem({
  ...{ backends, dataDir, port: 'free', console: true },
  onReady: (name, pid, admin) => {
    services[name] = { pid, ...(admin !== undefined && { admin }) };
  },
});
writeRun(dataDir, { ...backends, url: system.url, services, servers: {} });
const browser = await engine.launch({
  executablePath: chromium(say),
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
try {
  await takeAll(system, browser);
} finally {
  await browser.close();
  await system.stop();
  await backends.stop();
  removeRun(dataDir);
  rmSync(dataDir, { recursive: true, force: true });
}
process.exit(0);
