import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium as engine, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chromium } from '../../../infra/chromium.ts';
import { removeRun, writeRun } from '../../../infra/run-file.ts';
import { createKafka } from '../../../platform/kafka/client.ts';
import { createProducer } from '../../../platform/kafka/producer.ts';
import { createWriter } from '../../../platform/kafka/writer.ts';
import { deadLetterTopic } from '../../../platform/log/dead-letter.ts';
import { testBackends } from '../../../platform/testing/backends.ts';
import { topics } from '../../../schemas/topics.ts';
import { Client } from '../../facade/client.ts';
import { type System, startSystem } from '../../start/system.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'hail-console-'));
const backends = testBackends();
const PARTITIONS = 4;
let system: System;
let client: Client;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let base: string;
/** What the browser complained about, and whatever was asked of anybody but the console. */
let complaints: string[];

beforeAll(async () => {
  const services: Record<string, { pid: number; admin?: string }> = {};
  system = await startSystem({
    backends,
    dataDir,
    port: 'free',
    console: true,
    onReady: (name, pid, admin) => {
      services[name] = { pid, ...(admin !== undefined && { admin }) };
    },
  });
  writeRun(dataDir, { ...backends, provider: 'test', url: system.url, services, servers: {} });
  client = new Client(system.url);
  base = system.console?.url as string;
  browser = await engine.launch({
    executablePath: chromium((text) => process.stderr.write(`${text}\n`)),
    // In a container Chromium's sandbox cannot be set up by root.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
});

beforeEach(async () => {
  complaints = [];
  page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('request', (request) => {
    if (!request.url().startsWith(base)) complaints.push(`asks ${request.url()}`);
  });
  return async () => {
    await page.close();
    expect(complaints).toEqual([]);
  };
});

afterAll(async () => {
  await browser?.close();
  client?.api.close();
  await system?.stop();
  removeRun(dataDir);
  rmSync(dataDir, { recursive: true, force: true });
});

const seen = (text: string | RegExp) => page.locator('main').getByText(text).first().waitFor();
/** Waits until what a selector names has such a text. */
const says = (selector: string, text: string | RegExp) =>
  page.locator(selector, { hasText: text }).waitFor();

describe('a trip', () => {
  it('is followed from its request to its completion on the map and in its diagram', async () => {
    const riderId = await client.rider();
    const driverId = await client.driver();
    const tripId = await client.requestTrip(riderId);
    await page.goto(`${base}/map?trip=${tripId}`);
    const list = page.locator('.trip-list li', { hasText: tripId.slice(-6) });
    await list.waitFor();
    const diagram = await context.newPage();
    diagram.setDefaultTimeout(20_000);
    await diagram.goto(`${base}/trips/${tripId}`);
    const step = (type: string) => diagram.locator('.step', { hasText: type }).first();
    await step('VerifyRider').waitFor();
    await client.accept(driverId, tripId);
    await says('#followed', /assigned/);
    await step('TripAssigned').waitFor();
    await client.trip(tripId, 'assigned');
    await client.step(tripId, 'arrival', driverId);
    await says('#followed', /arrived/);
    await client.trip(tripId, 'arrived');
    await client.step(tripId, 'start', driverId);
    await says('#followed', /in progress/);
    await client.trip(tripId, 'in-progress');
    await client.step(tripId, 'completion', driverId);
    await says('#followed', /completed/);
    await step('FareCaptured').waitFor();
    for (const [type, style] of [
      ['RequestTrip', 'one-way notification'],
      ['VerifyRider', 'request/async response'],
      ['OfferTrip', 'publish/async responses'],
      ['TripCompleted', 'publish/subscribe'],
    ] as const) {
      const name = await step(type).getAttribute('aria-label');
      expect(name).toContain(style);
      if (type !== 'RequestTrip') expect(name).toMatch(/\+?-?\d+ ms/);
    }
    // By keyboard alone: on the arrow, open, read, close.
    await step('TripCompleted').focus();
    await diagram.keyboard.press('Enter');
    const dialog = diagram.getByRole('dialog');
    await dialog.getByText('magic byte').waitFor();
    expect(await dialog.textContent()).toContain(`"tripId": "${tripId}"`);
    expect(await dialog.locator('.wire').textContent()).toContain('fare.amountMinor');
    await diagram.evaluate(axe);
    expect(await diagram.evaluate(violations)).toEqual([]);
    await diagram.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await diagram.setViewportSize({ width: 390, height: 844 });
    expect(await diagram.evaluate('document.documentElement.scrollWidth')).toBe(390);
    expect(await diagram.evaluate(violations)).toEqual([]);
    await diagram.close();
    await client.until(`/drivers/${driverId}`, ({ status }) => status === 'available');
    await client.goOffline(driverId);
  });
});

describe('a topic', () => {
  it('is tailed live, filtered, paused, resumed and read from elsewhere', async () => {
    await page.goto(`${base}/topics`);
    await page.getByRole('link', { name: topics.riderEvents.name, exact: true }).click();
    await seen(/^Live/);
    const ada = await client.rider();
    const row = (id: string) => page.locator('.records tbody tr', { hasText: id.slice(-6) });
    await row(ada).first().waitFor();
    await page.getByLabel('Expression').fill('data.amount.amountMinor == 4321');
    await page.getByRole('button', { name: 'Filter' }).click();
    const eve = await client.rider(4_321);
    await row(eve).first().waitFor();
    expect(await row(ada).count()).toBe(0);
    expect(await row(eve).allTextContents()).toHaveLength(1);
    await page.getByRole('button', { name: 'Pause' }).click();
    await seen(/^Paused/);
    const mallory = await client.rider(4_321);
    await seen(/1 came meanwhile|Paused/);
    expect(await row(mallory).count()).toBe(0);
    await page.getByRole('button', { name: 'Resume' }).click();
    await row(mallory).first().waitFor();
    await page.getByLabel('Expression').fill('');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByLabel('From').fill('beginning');
    await page.getByRole('button', { name: 'Seek' }).click();
    await seen(/^From beginning/);
    await page
      .getByRole('button', { name: /^Open rider.events\/\d\/0$/ })
      .first()
      .waitFor();
    await page.getByLabel('From').fill('nowhere');
    await page.getByRole('button', { name: 'Seek' }).click();
    await seen(/no place to begin at/);
    complaints = complaints.filter((text) => !text.includes('422'));
  });
});

describe('a schema', () => {
  it('shows what changed between two versions', async () => {
    const subject = 'hail.trip.TripRated';
    const at = `${backends.schemaRegistryUrl}/subjects/${subject}/versions`;
    const latest = (await (await fetch(`${at}/latest`)).json()) as { schema: string };
    const schema = JSON.parse(latest.schema) as { fields: object[] };
    schema.fields.push({ name: 'tip', type: ['null', 'long'], default: null, doc: 'Cents.' });
    const body = JSON.stringify({ schemaType: 'AVRO', schema: JSON.stringify(schema) });
    const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' };
    expect((await fetch(at, { method: 'POST', headers, body })).status).toBe(200);
    await page.goto(`${base}/schemas`);
    await page.getByLabel('Find').fill('triprated');
    await page.getByRole('link', { name: 'TripRated' }).click();
    const row = page.locator('#changes tr', { hasText: 'added' });
    await row.waitFor();
    expect(await row.textContent()).toContain('tip');
    expect(await page.locator('.diff .added').allTextContents()).toEqual(
      expect.arrayContaining([expect.stringContaining('"name": "tip"')]),
    );
  });
});

describe('a dead letter', () => {
  it('is redriven by whoever has the token, and by nobody else', async () => {
    const producer = createProducer(createKafka({ ...kafka(), clientId: 'hail-console-test' }));
    await producer.connect();
    const [inbox] = [topics.riderCommands.name];
    const poison = { key: 'poisoned', value: Buffer.from('no Avro'), headers: {} };
    await createWriter(producer, PARTITIONS).send([{ topic: inbox, record: poison }]);
    await producer.disconnect();
    await page.goto(`${base}/letters`);
    const letters = page.locator('[data-letter]', { hasText: deadLetterTopic(inbox) });
    const again = page.getByRole('button', { name: 'Look again' });
    await again.waitFor();
    while ((await letters.count()) === 0) {
      await again.click();
      await page.waitForLoadState('networkidle');
    }
    await letters
      .first()
      .getByRole('button', { name: /Redrive/ })
      .click();
    await says('.said', 'npm start');
    complaints = complaints.filter((text) => !text.includes('401'));
    await page.goto(`${base}/letters#token=${system.console?.token}`);
    await page.waitForURL(`${base}/letters`);
    await letters
      .first()
      .getByRole('button', { name: /Redrive/ })
      .click();
    await says('.said', 'was sent back');
    await letters.filter({ hasText: 'redriven' }).first().waitFor();
    const place = { topic: deadLetterTopic(inbox), partition: 0, offset: 0 };
    const post = (headers: Record<string, string>) =>
      fetch(`${base}/api/letters/redrive`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ letters: [place] }),
      });
    expect((await post({})).status).toBe(401);
    const bearer = { authorization: `Bearer ${system.console?.token}` };
    expect((await post({ ...bearer, origin: 'http://evil.example' })).status).toBe(403);
  });
});

const pages = ['/', '/topics', '/topics/trip.events', '/trips', '/map', '/schemas', '/letters'];

describe('every page', () => {
  it.each([...pages, '/schemas/TripRequested', '/contracts'])(
    '%s is accessible, and fits 390 and 1280 pixels in light and dark',
    async (path) => {
      await page.goto(base + path);
      await page.locator('h1').waitFor();
      const reading = page.getByText('Reading …');
      while ((await reading.count()) > 0) await reading.first().waitFor({ state: 'hidden' });
      await page.evaluate(axe);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await page.evaluate(violations)).toEqual([]);
        for (const width of [390, 1280]) {
          await page.setViewportSize({ width, height: 900 });
          expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
        }
      }
    },
  );
});

it('says that the console is away, and goes on when it is back', async () => {
  await page.goto(`${base}/`);
  await seen(/^6 of 6/);
  const pid = system.console?.supervised.pid as number;
  process.kill(pid, 'SIGKILL');
  await page.locator('#notice', { hasText: 'does not answer' }).waitFor();
  await page.locator('#notice:empty').waitFor({ state: 'attached' });
  complaints = complaints.filter((text) => !text.includes('ERR_'));
});

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Runs in the page: what is wrong with it seriously, with the places. */
const violations = `axe.run().then(({ violations }) => violations
  .filter(({ impact }) => impact === 'serious' || impact === 'critical')
  .map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).slice(0, 3).join(' ')))`;

function kafka() {
  return { brokers: backends.kafkaBrokers };
}
