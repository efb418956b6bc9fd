import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderDiff } from '../../src/cli/print-diff.ts';
import { encodeLayer } from '../support/encode-layer.ts';
import { pluginFiles } from '../support/published.ts';
import { runOnTerminal } from '../support/pseudo-terminal.ts';
import { runKongcrate } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const PLUGIN = join(import.meta.dirname, '../../testdata/plugins/hello-header');
const HOSTILE = '\x1b]0;owned\x07\u009b2J\u202e\r';

/** An archive whose Lua text steers a terminal. */
async function hostileArchive(): Promise<string> {
  const files = pluginFiles('hello-header', '1.2.0');
  const evil = { path: 'kong/plugins/hello-header/z.lua', bytes: Buffer.from(`-- ${HOSTILE}\n`) };
  const path = join(temporaryDirectory(), 'hostile.tar.gz');
  writeFileSync(path, (await encodeLayer([...files, evil])).bytes);
  return path;
}

describe('kongcrate diff', () => {
  it('exits 0 and prints nothing where there is no difference', async () => {
    const result = await runKongcrate(['diff', PLUGIN, PLUGIN]);
    expect(result).toMatchObject({ status: 0, stdout: '' });
    expect(result.stderr).toBe('No difference. diff decides nothing about trust; verify does.\n');
  });

  it('exits 3 with names, counts or lines', async () => {
    const archive = await hostileArchive();
    const names = await runKongcrate(['diff', PLUGIN, archive, '--name-only']);
    expect(names.status, names.stderr).toBe(3);
    expect(names.stdout).toContain('kong/plugins/hello-header/z.lua\n');
    expect(names.stdout).not.toContain('|');
    const counts = await runKongcrate(['diff', PLUGIN, archive, '--stat']);
    expect(counts.stdout).toContain('kong/plugins/hello-header/z.lua | added, +1 -0\n');
    const both = await runKongcrate(['diff', PLUGIN, archive, '--stat', '--name-only']);
    expect(both).toMatchObject({ status: 2, stdout: '' });
  });

  it('never hands on what steers a terminal, in JSON neither', async () => {
    const archive = await hostileArchive();
    const steering = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]/;
    const text = await runKongcrate(['diff', PLUGIN, archive]);
    expect(text.stdout).toContain('+-- \\u{1b}]0;owned\\u{7}\\u{9b}2J\\u{202e}\\u{d}\n');
    expect(text.stdout).not.toMatch(steering);
    const json = await runKongcrate(['diff', PLUGIN, archive, '--json']);
    expect(json.status).toBe(3);
    expect(json.stdout).not.toMatch(steering);
    const { files } = JSON.parse(json.stdout) as { files: { hunks?: { lines: string[] }[] }[] };
    expect(files.at(-1)?.hunks?.[0]?.lines).toEqual([`+-- ${HOSTILE}`]);
  });

  it('colours lines on a terminal, unless NO_COLOR asks for none', async () => {
    const archive = await hostileArchive();
    const coloured = await runOnTerminal(['diff', PLUGIN, archive]);
    expect(coloured.stdout).toContain('\x1b[32m+-- \\u{1b}]0;owned');
    const plain = await runOnTerminal(['diff', PLUGIN, archive], { env: { NO_COLOR: '1' } });
    expect(plain.stdout).not.toContain('\x1b');
    expect(plain.stdout).toContain('+-- \\u{1b}]0;owned');
  });

  it('shows a name with a line feed on one line', () => {
    const file = { path: 'a\n+++ b/forged', change: 'removed', notShown: 'binary' } as const;
    const diff = { isDifferent: true, facts: [], files: [file] };
    const side = { target: 'x', kind: 'archive' } as const;
    const text = renderDiff(
      { ...diff, before: side, after: side },
      { form: 'names', isColoured: false },
    );
    expect(text).toBe('a\\n+++ b/forged\n');
  });
});
