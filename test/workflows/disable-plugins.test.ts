import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { disablePlugins, type DisableOptions } from '../../src/workflows/disable-plugins.ts';
import { makeSend } from '../http/make-send.ts';
import { expectError } from '../support/expect-error.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

interface Place extends DisableOptions {
  readonly kongConf: string;
}

const send = makeSend();

/** A node that does not run, with a kong.conf unless there shall be none. */
function makePlace(conf?: string): Place {
  const directory = temporaryDirectory();
  const kongConf = join(directory, 'kong.conf');
  if (conf !== undefined) writeFileSync(kongConf, conf);
  const root = { luaRoot: join(directory, 'lua') };
  return { kongConf, environment: {}, prefix: join(directory, 'prefix'), send, root };
}

const confOf = ({ kongConf }: Place): string => readFileSync(kongConf, 'utf8');

describe('disablePlugins where no Kong runs', () => {
  it('takes the plugin off the list; the Lua path stays', async () => {
    const place = makePlace('plugins = bundled, x # c\nlua_package_path = /x/?.lua;;\n');
    await expectError(() => disablePlugins(['x'], place), 'IN_USE_UNKNOWN');
    const report = await disablePlugins(['x'], { ...place, assumeUnused: true });
    expect(report).toMatchObject({ state: 'changed', plugins: ['bundled'], unusedBy: [] });
    expect(report).not.toHaveProperty('reload');
    expect(confOf(place)).toBe('plugins = bundled # c\nlua_package_path = /x/?.lua;;\n');
    expect(await disablePlugins(['x'], place)).toMatchObject({ state: 'unchanged' });
    expect(existsSync(place.root.luaRoot)).toBe(false);
  });

  it('dry run: asks and shows, changes nothing', async () => {
    const place = makePlace('plugins = x\n');
    await expectError(() => disablePlugins(['x'], { ...place, dryRun: true }), 'IN_USE_UNKNOWN');
    const report = await disablePlugins(['x'], { ...place, dryRun: true, assumeUnused: true });
    expect(report).toMatchObject({ removedLines: ['plugins = x'], addedLines: ['plugins = off'] });
    expect(confOf(place)).toBe('plugins = x\n');
  });

  it('without a kong.conf: the variables', async () => {
    const place = { ...makePlace(), environment: { KONG_PLUGINS: 'x' } };
    await expectError(() => disablePlugins(['x'], place), 'IN_USE_UNKNOWN');
    const report = await disablePlugins(['x'], { ...place, assumeUnused: true });
    expect(report).toMatchObject({ state: 'no-file', variables: { KONG_PLUGINS: 'off' } });
    expect(existsSync(place.kongConf)).toBe(false);
  });
});
