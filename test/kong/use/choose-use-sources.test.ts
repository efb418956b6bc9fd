import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readKongNode } from '../../../src/kong/node/read-kong-node.ts';
import { chooseUseSources } from '../../../src/kong/use/choose-use-sources.ts';
import { findPluginUse } from '../../../src/kong/use/find-plugin-use.ts';
import type { PluginUse } from '../../../src/kong/use/plugin-use.ts';
import { refuseUsed } from '../../../src/kong/use/refuse-used.ts';
import { makeSend } from '../../http/make-send.ts';
import { expectError } from '../../support/expect-error.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { serveAdmin } from './serve-admin.ts';

const USING = { data: [{ id: 'p1', name: 'canary' }], next: null };
const EMPTY = { data: [], next: null };
const DAY_SECONDS = 86_400;

interface Place {
  readonly settings: Readonly<Record<string, string>>;
  /** Kong runs, since that many seconds from now. */
  readonly startedAtSeconds?: number;
  readonly document?: string;
  readonly adminUrl?: URL;
}

/** Asks whether canary is in use on a node with these settings. */
async function look(place: Place): Promise<PluginUse> {
  const prefix = temporaryDirectory();
  const { settings, document, adminUrl, startedAtSeconds } = place;
  mkdirSync(join(prefix, 'pids'));
  const lines = Object.entries(settings).map(([key, value]) => `${key} = ${value}\n`);
  if (document !== undefined) {
    lines.push('declarative_config = kong.yml\n');
    writeFileSync(join(prefix, 'kong.yml'), document);
  }
  for (const name of ['.kong_env', 'kong.conf']) writeFileSync(join(prefix, name), lines.join(''));
  if (startedAtSeconds !== undefined) {
    const pidFile = join(prefix, 'pids', 'nginx.pid');
    writeFileSync(pidFile, 'nobody');
    const seconds = Date.now() / 1000 + startedAtSeconds;
    utimesSync(pidFile, seconds, seconds);
  }
  const adminHeaders = { 'Kong-Admin-Token': 'secret' };
  const kongConf = join(prefix, 'kong.conf');
  const given = { ...(adminUrl && { adminUrl }), adminHeaders };
  const node = readKongNode({ prefix, environment: {}, kongConf, ...given });
  const options = { send: makeSend(), givenAdminUrl: adminUrl };
  return findPluginUse(['canary', 'second'], chooseUseSources(node, options));
}

const unused = (use: PluginUse): void => {
  refuseUsed(['canary', 'second'], use);
};
const unknown = async (place: Place, said: string): Promise<void> => {
  const use = await look(place);
  const error = await expectError(() => {
    unused(use);
  }, 'IN_USE_UNKNOWN');
  expect(error.message).toContain(`whether anything uses canary, second is not known: `);
  expect(error.message).toContain(said);
  expect(error.remedy).toMatch(/--admin-url.*--admin-header.*--assume-unused/);
};
const used = async (place: Place): Promise<{ message: string; remedy: string }> => {
  const use = await look(place);
  return expectError(() => {
    unused(use);
  }, 'PLUGIN_IN_USE');
};

const listen = ({ host }: URL): string => `0.0.0.0:1 ssl, ${host}`;
const yaml = (name: string): string => `_format_version: "3.0"\nplugins:\n- name: ${name}\n`;
const traditional = { database: 'postgres' };
const dbless = { database: 'off' };

describe('a node with a database', () => {
  it('is asked itself, where it listens', async () => {
    const { adminUrl, requests } = await serveAdmin({ '/plugins': EMPTY });
    const settings = { ...traditional, admin_listen: listen(adminUrl) };
    const use = await look({ settings, startedAtSeconds: 0 });
    expect(use).toEqual({
      entities: [],
      asked: [`the Admin API at ${adminUrl.origin}`],
      unanswered: [],
    });
    unused(use);
    expect(requests.every((request) => request.endsWith(' secret'))).toBe(true);
  });

  it('uses the plugin: where, for what, and how to end it', async () => {
    const { adminUrl } = await serveAdmin({ '/plugins': USING });
    const settings = { ...traditional, role: 'control_plane', admin_listen: listen(adminUrl) };
    const { message, remedy } = await used({ settings, startedAtSeconds: 0 });
    expect(message).toBe(`canary is in use: canary (global) ${adminUrl.href}plugins/p1`);
    expect(remedy).toContain('by DELETE at these addresses');
  });

  it('that listens with TLS alone, or does not run, has to be asked elsewhere', async () => {
    const { adminUrl } = await serveAdmin({ '/plugins': EMPTY });
    const settings = { ...traditional, admin_listen: '127.0.0.1:8444 ssl' };
    await unknown({ settings, startedAtSeconds: 0 }, 'no Admin API');
    const stopped = { settings: { ...traditional, admin_listen: listen(adminUrl) } };
    await unknown(stopped, 'Kong does not run');
    unused(await look({ ...stopped, adminUrl }));
  });

  it('that does not answer leaves it open', async () => {
    const settings = { ...traditional, admin_listen: '127.0.0.1:1' };
    await unknown({ settings, startedAtSeconds: 0 }, 'nobody answers');
  });
});

describe('a data plane', () => {
  const settings = { ...dbless, role: 'data_plane' };

  it('is not asked: its control plane is', async () => {
    const { adminUrl } = await serveAdmin({ '/plugins': EMPTY });
    const asItListens = { ...settings, admin_listen: listen(adminUrl) };
    await unknown({ settings: asItListens, startedAtSeconds: 0 }, 'its control plane');
    unused(await look({ settings, startedAtSeconds: 0, adminUrl }));
    const using = await serveAdmin({ '/plugins': USING });
    await used({ settings, adminUrl: using.adminUrl });
  });
});

describe('a node without a database', () => {
  it('has to say so twice: what it serves, and what it loads at its next start', async () => {
    const empty = await serveAdmin({ '/plugins': EMPTY });
    const using = await serveAdmin({ '/plugins': USING });
    const running = { startedAtSeconds: DAY_SECONDS };
    const settings = { ...dbless, admin_listen: listen(empty.adminUrl) };
    const use = await look({ ...running, settings, document: yaml('other') });
    expect(use.asked).toHaveLength(2);
    unused(use);
    const file = await used({ ...running, settings, document: yaml('second') });
    expect(file.message).toMatch(/second is in use: second \(global\) \S+kong\.yml: plugins\[0\]/);
    expect(file.remedy).toMatch(/Take them out of \S+kong\.yml too/);
    const loaded = { ...dbless, admin_listen: listen(using.adminUrl) };
    const api = await used({ ...running, settings: loaded, document: yaml('other') });
    expect(api.remedy).toContain('by POST to /config');
    await unknown({ ...running, settings, document: 'plugins: {' }, 'kong.yml: ');
  });

  it('without an Admin API says so by a file that was not changed since its start', async () => {
    const settings = { ...dbless, admin_listen: 'off' };
    const document = yaml('other');
    unused(await look({ settings, document, startedAtSeconds: DAY_SECONDS }));
    await unknown({ settings, document, startedAtSeconds: -DAY_SECONDS }, 'no Admin API');
    await unknown({ settings, startedAtSeconds: DAY_SECONDS }, 'which file');
    const withTls = { ...dbless, admin_listen: '127.0.0.1:8444 ssl' };
    await unknown({ settings: withTls, document, startedAtSeconds: DAY_SECONDS }, 'no Admin API');
  });

  it('that does not run says so by its document, as a file or as a text', async () => {
    unused(await look({ settings: dbless, document: yaml('other') }));
    await used({ settings: dbless, document: yaml('canary') });
    const text = `{"_format_version":"3.0","plugins":[{"name":"canary"}]}`;
    const { message } = await used({ settings: { ...dbless, declarative_config_string: text } });
    expect(message).toContain('KONG_DECLARATIVE_CONFIG_STRING: plugins[0]');
    const missing = { ...dbless, declarative_config: '/nowhere/kong.yml' };
    await unknown({ settings: missing }, '/nowhere/kong.yml: no such file');
    await unknown({ settings: dbless }, 'which file');
  });
});

describe('refuseUsed', () => {
  it('shows ten entities of many, and gives programs all of them', async () => {
    const plugins = Array.from({ length: 12 }, () => ({ name: 'canary' }));
    const document = JSON.stringify({ _format_version: '3.0', plugins });
    const use = await look({ settings: dbless, document });
    const error = await expectError(() => {
      unused(use);
    }, 'PLUGIN_IN_USE');
    expect(error.message).toContain('plugins[9], and 2 more');
    expect(error.details['entities']).toHaveLength(12);
  });

  it('takes no silence for an answer', () =>
    expectError(() => {
      unused({ entities: [], asked: [], unanswered: [] });
    }, 'IN_USE_UNKNOWN'));
});
