import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Confirmation } from '../../../src/kong/activation/confirmation.ts';
import { confirmReload, type ConfirmOptions } from '../../../src/kong/activation/confirm-reload.ts';
import { observeNode } from '../../../src/kong/activation/observe-node.ts';
import { reloadKong } from '../../../src/kong/activation/reload-kong.ts';
import type { KongNode as RunningKong } from '../../support/stand-in-kong/kong-node.ts';
import { openDirectory, startKong } from '../../support/stand-in-kong/start-kong.ts';
import { writePlugin, type PluginKind } from '../../support/stand-in-kong/write-plugin.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { look, send } from './support.ts';

/** Longer than any reload takes. */
const PATIENCE = { timeout: 30_000 };
const LIST = ['bundled', 'canary'];

interface Change extends Partial<ConfirmOptions> {
  readonly kind?: PluginKind;
  readonly version: string;
  readonly plugins?: readonly string[];
}

/** Switches a node's plugin, reloads, and waits. */
async function change(
  kong: RunningKong,
  { kind = 'good', version, plugins, ...options }: Change,
): Promise<Confirmation> {
  const node = look(kong);
  const before = await observeNode(node, { send });
  writePlugin(kong.parts.luaRoot, 'canary', { version, kind });
  const { environment } = kong.parts;
  expect(await reloadKong(node, { environment, plugins })).toEqual({ done: true });
  const expected = { loaded: new Map([['canary', version]]), absent: [] };
  return confirmReload(node, before, { send, expected, ...options });
}

/** A node that serves through version 1.0.0 of the plugin. */
async function start(options: Parameters<typeof startKong>[0] = {}): Promise<RunningKong> {
  const luaRoot = openDirectory();
  writePlugin(luaRoot, 'canary');
  return startKong({ luaRoot, plugins: LIST, ...options });
}

describe('a node with all signals', () => {
  let kong: RunningKong;
  beforeAll(async () => {
    kong = await start();
  });
  const served = async (): Promise<unknown> => (await kong.request()).headers['x-canary-version'];

  it('is confirmed when the new version serves, by its probe too', async () => {
    const client = kong.continuousClient();
    const target = new URL(kong.proxyUrl);
    const probe = { target, holdMs: 300, environment: kong.parts.environment };
    expect(await change(kong, { version: '1.1.0', probe })).toEqual({
      outcome: 'confirmed',
      signals: ['workers', 'ready', 'admin', 'probe', 'log'],
      missing: [],
    });
    expect(await served()).toBe('1.1.0');
    await client.stop();
    expect(client.failures).toEqual([]);
  });

  it("fails at once over code that does not load, with Kong's words; the old one serves", async () => {
    const confirmation = await change(kong, { version: '1.2.0', kind: 'syntax' });
    expect(confirmation).toMatchObject({ outcome: 'failed' });
    expect(JSON.stringify(confirmation)).toMatch(/init_by_lua error.*unexpected symbol/);
    expect(await served()).toBe('1.1.0');
  });

  it('is confirmed by a good reload after a bad one, which left it not ready', async () => {
    expect(await kong.ready()).toBe(503);
    expect(await change(kong, { version: '1.3.0' })).toMatchObject({ outcome: 'confirmed' });
    expect(await kong.ready()).toBe(200);
  });

  it('fails where only the probe sees it, and says how', async () => {
    const node = look(kong);
    const before = await observeNode(node, { send });
    writePlugin(kong.parts.luaRoot, 'canary', { version: '1.4.0', kind: 'runtime-error' });
    await reloadKong(node, { environment: kong.parts.environment });
    await expect.poll(() => kong.request().then(({ status }) => status), PATIENCE).toBe(500);
    await expect.poll(() => kong.ready(), PATIENCE).toBe(200);
    const probe = { target: new URL(kong.proxyUrl), holdMs: 0, environment: {} };
    const expected = { loaded: new Map([['canary', '1.4.0']]), absent: [] };
    const confirmation = await confirmReload(node, before, { send, expected, probe });
    // Requests fail meanwhile: it does not take the 30 seconds that the other signals get.
    expect(confirmation).toEqual({
      outcome: 'failed',
      reason: expect.stringMatching(
        new RegExp(`^after \\d s: the probe ${kong.proxyUrl}/ answers 500$`),
      ) as string,
      evidence: [],
    });
  });

  it('fails where the probe goes well and does not keep on', async () => {
    const file = join(temporaryDirectory(), 'calls');
    writeFileSync(file, '');
    const target = `echo x >> ${file}; test $(wc -l < ${file}) -lt 3`;
    const probe = { target, holdMs: 60_000, environment: kong.parts.environment };
    const confirmation = await change(kong, { version: '1.6.0', probe });
    expect(JSON.stringify(confirmation)).toMatch(
      /all was well for \d+ s, then: the probe ended with 1/,
    );
    expect(readFileSync(file, 'utf8')).toBe('x\nx\nx\n');
  });

  it('ends when it is told to', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const probe = { target: 'exit 1', holdMs: 0, environment: kong.parts.environment };
    const waiting = change(kong, { version: '1.8.0', probe, signal: controller.signal });
    const ended = expect(waiting).rejects.toBe(reason);
    // Else its reload goes on under the next test.
    await expect.poll(served, PATIENCE).toBe('1.8.0');
    controller.abort(reason);
    await ended;
  });

  it('fails where every request is dropped and all else looks well', async () => {
    const expected = { loaded: new Map(), absent: ['canary'] };
    const confirmation = await change(kong, { version: '1.9.0', plugins: ['bundled'], expected });
    expect(confirmation).toMatchObject({ outcome: 'failed' });
    expect(JSON.stringify(confirmation)).toMatch(/init_worker\(\).*in use but not enabled/);
    expect((await kong.kong(['health', '-p', kong.prefix])).status).toBe(0);
  });

  it('fails at once where Kong is gone', async () => {
    const node = look(kong);
    const before = await observeNode(node, { send });
    await kong.stop();
    const expected = { loaded: new Map(), absent: [] };
    expect(await confirmReload(node, before, { send, expected })).toMatchObject({
      outcome: 'failed',
      reason: 'Kong does not run any more',
    });
  });
});

describe('a node without some of the signals', () => {
  it('that logs to stderr is confirmed by the others; without its line it takes the time', async () => {
    const kong = await start({ logTo: 'stderr', settingsBy: 'environment' });
    expect(await change(kong, { version: '1.1.0' })).toEqual({
      outcome: 'confirmed',
      signals: ['workers', 'ready', 'admin'],
      missing: ['the node has no error log that can be read'],
    });
    const bad = await change(kong, { version: '1.2.0', kind: 'syntax', timeoutMs: 1_000 });
    expect(bad).toMatchObject({ outcome: 'failed' });
    expect(JSON.stringify(bad)).toMatch(/the old worker processes still serve/);
  });

  it('that is a data plane is confirmed by workers, status and log', async () => {
    const kong = await start({ role: 'data-plane' });
    expect(await change(kong, { version: '1.1.0' })).toEqual({
      outcome: 'confirmed',
      signals: ['workers', 'ready', 'log'],
      missing: ['the node has no Admin API'],
    });
  });

  it('that wants a token has no Admin API for us without it', async () => {
    const kong = await start({ adminToken: 's3cret' });
    expect(await change(kong, { version: '1.1.0' })).toMatchObject({
      signals: ['workers', 'ready', 'log'],
      missing: [expect.stringContaining('wants credentials (401): give --admin-header')],
    });
    const node = look(kong, { adminHeaders: { 'Kong-Admin-Token': 's3cret' } });
    expect((await observeNode(node, { send })).admin).toHaveProperty('workerPids', node.workerPids);
  });

  it('that has neither Admin nor status API needs a probe', async () => {
    const kong = await start({ settings: { admin_listen: 'off', status_listen: 'off' } });
    expect(await change(kong, { version: '1.1.0' })).toEqual({
      outcome: 'too-little',
      signals: ['workers', 'log'],
      missing: ['nobody answers at the status API', 'the node has no Admin API'],
    });
  });
});

describe('a node that has nothing but its status to show', () => {
  it('is confirmed by a good reload after a bad one, when it is ready again', async () => {
    const kong = await start({ role: 'data-plane' });
    expect(await change(kong, { version: '1.1.0', kind: 'syntax' })).toMatchObject({
      outcome: 'failed',
    });
    expect(await kong.ready()).toBe(503);
    expect(await change(kong, { version: '1.2.0' })).toMatchObject({
      outcome: 'confirmed',
      signals: ['workers', 'ready', 'log'],
    });
  });
});
