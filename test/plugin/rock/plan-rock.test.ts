import { describe, expect, it } from 'vitest';
import { findPlugin } from '../../../src/plugin/find-plugin.ts';
import { planRock } from '../../../src/plugin/rock/plan-rock.ts';
import { readRockManifest, writeRockManifest } from '../../../src/plugin/rock/rock-manifest.ts';
import type { SourceFile } from '../../../src/plugin/source-file.ts';
import { expectError } from '../../support/expect-error.ts';
import { GOOD, rockspec, sourceOf, type Texts } from '../source-of.ts';

const plan = (source: readonly SourceFile[]) => planRock(findPlugin(source), source);
const textOf = (files: Texts, path: string): string => {
  const found = plan(sourceOf(files)).files.find((file) => file.path === path);
  return Buffer.from(found?.bytes ?? '').toString();
};

describe('the rock of a plugin', () => {
  it('without a rockspec has the least that LuaRocks takes', () => {
    const path = 'kong-plugin-my-plugin-1.0.0-1.rockspec';
    expect(plan(sourceOf(GOOD)).fileName).toBe('kong-plugin-my-plugin-1.0.0-1.all.rock');
    expect(textOf(GOOD, path)).toContain('file://kong-plugin-my-plugin-1.0.0-1.all.rock');
  });

  it('has the name of its rockspec, as LuaRocks looks it up', () => {
    const file = { 'any.rockspec': rockspec('My-Plugin', '1.0.0-7') };
    expect(plan(sourceOf({ ...GOOD, ...file })).fileName).toBe(
      'kong-plugin-my-plugin-1.0.0-7.all.rock',
    );
    expect(textOf({ ...GOOD, ...file }, 'kong-plugin-my-plugin-1.0.0-7.rockspec')).toBe(
      file['any.rockspec'],
    );
  });

  it('has the documents beside a tree that lies one directory down', () => {
    const below = Object.entries({ ...GOOD, 'README.md': 'own' }).map(
      ([path, text]) => [`demo/${path}`, text] as const,
    );
    expect(textOf({ ...Object.fromEntries(below), 'README.md': 'other' }, 'doc/README.md')).toBe(
      'own',
    );
  });

  it.each([
    ['no revision', { 'a.rockspec': rockspec('my-plugin', '1.0.0') }],
    ['a hyphen', { 'a.rockspec': rockspec('my-plugin', '1.0.0-beta-1') }],
    [
      'a hyphen in VERSION',
      {
        'kong/plugins/my-plugin/handler.lua': 'return { PRIORITY = 1, VERSION = "1.0.0-rc1" }',
      },
    ],
  ])('refused, since LuaRocks takes no such version: %s', async (_, files: Texts) => {
    const error = await expectError(() => plan(sourceOf({ ...GOOD, ...files })), 'PLUGIN_REFUSED');
    expect(error.details['reason']).toBe('ROCK_VERSION');
  });

  it('finds links, keys and names that no archive may hold among the documents', () => {
    const key = '-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEH';
    const source = [
      ...sourceOf({ ...GOOD, 'doc/key.txt': key, 'doc/a?': '' }),
      { path: 'doc/link', kind: 'symlink', bytes: new Uint8Array() } as const,
    ];
    expect(plan(source).findings.map(({ rule }) => rule)).toEqual([
      'private-key',
      'file-name',
      'symlink',
    ]);
  });
});

it('a rock_manifest is read as it was written', () => {
  const paths = ['a', 'b/and', 'b/_x1', 'b/1', 'b/c d/é', 'goto'];
  const files = paths.map((path) => ({ path, bytes: Buffer.from(path) }));
  const text = writeRockManifest(files);
  expect([...readRockManifest(text).keys()].sort()).toEqual([...paths].sort());
  expect(text.toString()).toContain('["and"] = "');
});
