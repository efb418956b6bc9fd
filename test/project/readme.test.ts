import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { kongcrateCommand } from '../support/kongcrate-command.ts';
import { run } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const ROOT = join(import.meta.dirname, '../..');
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** The code blocks of a language, in the order of the page. */
function blocks(language: string): readonly string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, text = '']) => text,
  );
}

/** An empty directory as a reader has it, and kongcrate on the PATH. */
function makeWorkplace(): { directory: string; path: string } {
  const directory = temporaryDirectory();
  const programs = temporaryDirectory();
  writeFileSync(
    join(programs, 'kongcrate'),
    `#!/bin/sh\nexec ${kongcrateCommand([]).flat().join(' ')} "$@"\n`,
  );
  chmodSync(join(programs, 'kongcrate'), 0o755);
  return { directory, path: `${programs}:${process.env['PATH'] ?? ''}` };
}

describe('the README', () => {
  const shell = blocks('sh');

  it('names only npm scripts that exist', () => {
    const named = [...readme.matchAll(/npm run ([a-z]+)/g)].map(([, name]) => name);
    expect(named).toContain('quickstart');
    expect(Object.keys(manifest.scripts)).toEqual(expect.arrayContaining(named));
  });

  it('has shell commands that all succeed, from the first to the last', async () => {
    const { directory, path } = makeWorkplace();
    const commands = shell.filter((block) => !block.includes('npm run')).join('\n');
    const program = `set -euo pipefail\n${commands}`;
    const { status, stdout, stderr } = await run('bash', ['-c', program], {
      cwd: directory,
      env: { PATH: path },
    });
    expect(status, stderr).toBe(0);
    expect(stdout).toContain('installed my-plugin 1.2.0');
    expect(stdout).toContain('upgraded my-plugin 1.3.0');
  });

  it('has a library example that runs', async () => {
    const { directory, path } = makeWorkplace();
    const modules = join(directory, 'node_modules');
    mkdirSync(modules);
    cpSync(join(ROOT, 'package.json'), join(modules, 'kongcrate/package.json'));
    cpSync(join(ROOT, 'dist'), join(modules, 'kongcrate/dist'), { recursive: true });
    writeFileSync(join(directory, 'example.mjs'), blocks('ts').join('\n'));
    const commands = [
      ...shell.filter((block) => block.includes('mkdir my-plugin')),
      'export COSIGN_PASSWORD=',
      'kongcrate generate-key-pair',
      'kongcrate publish ./my-plugin oci-layout:./dist:1.2.0 --key cosign.key',
      `'${process.execPath}' example.mjs`,
    ];
    const { status, stdout, stderr } = await run('bash', ['-ec', commands.join('\n')], {
      cwd: directory,
      env: { PATH: path },
    });
    expect(status, stderr).toBe(0);
    expect(stdout).toContain("[ 'my-plugin: installed' ]");
  });
});
