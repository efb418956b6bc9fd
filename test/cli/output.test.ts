import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/command-table.ts';
import { VERSION } from '../../src/cli/version.ts';
import { kongcrate } from '../support/must-succeed.ts';
import { run, runKongcrate } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import manifest from '../../package.json' with { type: 'json' };

const PLUGIN = join(import.meta.dirname, '../../testdata/plugins/hello-header');
const directory = temporaryDirectory();
const at = (name: string): string => join(directory, name);
const reference = `oci-layout:${at('dist')}:1.2.0`;
const key = ['--key', at('cosign.pub')];

describe('what the command line prints', () => {
  beforeAll(async () => {
    await kongcrate(['generate-key-pair', '--output-key-prefix', at('cosign')]);
    await kongcrate(['publish', PLUGIN, reference, '--key', at('cosign.key')]);
  });

  it('push and publish: exactly one line, place and digest, which is a reference again', async () => {
    const line = await kongcrate(['push', PLUGIN, reference]);
    expect(line).toMatch(/^oci-layout:.*@sha256:[0-9a-f]{64}$/);
    expect(await kongcrate(['publish', PLUGIN, reference, '--key', at('cosign.key')])).toBe(line);
    expect(await kongcrate(['verify', line, ...key])).toMatch(/^trusted: signed by key/);
  });

  it('the second publish of the same source signs nothing again, and says who did', async () => {
    const args = ['publish', PLUGIN, reference, '--key', at('cosign.key'), '--json'];
    const { signer, signatures } = JSON.parse(await kongcrate(args)) as {
      signer: object;
      signatures: { format: string; state: string }[];
    };
    const verdict: unknown = JSON.parse(await kongcrate(['verify', reference, ...key, '--json']));
    expect(verdict).toMatchObject({ trust: { signers: [signer] } });
    expect(signer).toEqual({
      kind: 'key',
      keyId: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(signatures.map(({ format, state }) => `${format} ${state}`).sort()).toEqual([
      'bundle present',
      'legacy present',
    ]);
  });

  it('notes go to stderr, and --quiet leaves them out', async () => {
    const flags = [...key, '--lua-root', at('lua')];
    const loud = await runKongcrate(['install', reference, ...flags]);
    expect(loud.stderr).toContain('kong.conf: plugins = bundled,hello-header');
    const quiet = await runKongcrate(['install', reference, ...flags, '--quiet']);
    expect(quiet).toMatchObject({ status: 0, stderr: '' });
    expect(quiet.stdout).toMatch(/^unchanged hello-header 1\.2\.0 sha256:/);
  });

  it('an unsigned install warns, even with --quiet', async () => {
    const unsigned = `oci-layout:${at('unsigned')}:1`;
    await kongcrate(['push', PLUGIN, unsigned]);
    const flags = ['--allow-unsigned', '--quiet', '--lua-root', at('lua-unsigned')];
    const installed = await runKongcrate(['install', unsigned, ...flags]);
    expect(installed.status, installed.stderr).toBe(0);
    expect(installed.stderr).toContain('warning: hello-header: NOT SIGNED');
    const luaRoot = ['--lua-root', at('lua-unsigned')];
    expect(await kongcrate(['status', ...luaRoot])).toContain('NOT SIGNED');
  });

  it.each(COMMANDS.map(({ name }) => name))('%s: help with an example or usage', async (name) => {
    const help = await kongcrate([name, '--help']);
    expect(help).toMatch(/^Usage: kongcrate /);
    expect(await kongcrate(['help', name])).toBe(help);
  });

  it('help lists every command in its group', async () => {
    const help = await kongcrate(['--help']);
    for (const { name, group, summary } of COMMANDS) {
      expect(help).toContain(group);
      expect(help).toMatch(new RegExp(`^  ${name} +${summary.slice(0, 20)}`, 'm'));
    }
    expect(await kongcrate([])).toBe(help);
  });

  it('version is the one in package.json', async () => {
    expect(VERSION).toBe(manifest.version);
    expect(await kongcrate(['version'])).toContain(`kongcrate ${manifest.version} `);
  });

  it.each(['verify', 'install', 'status', 'inspect', 'pack', 'lint', 'version'])(
    '%s --json prints one object',
    async (name) => {
      const args: Readonly<Record<string, readonly string[]>> = {
        verify: [reference, ...key],
        install: [reference, ...key, '--lua-root', at('lua-json')],
        status: ['--lua-root', at('lua-json')],
        inspect: [reference],
        pack: [PLUGIN, '--dry-run'],
        lint: [PLUGIN],
      };
      const printed: unknown = JSON.parse(await kongcrate([name, ...(args[name] ?? []), '--json']));
      expect(printed).toBeTypeOf('object');
    },
  );

  it('errors name the problem and the remedy, without a stack trace', async () => {
    const failed = await runKongcrate(['verify', reference]);
    expect(failed.stderr.trimEnd().split('\n')).toEqual([
      'error: nobody is named whose signatures would be trusted',
      '  → Give the public key of the publisher with --key cosign.pub, or --certificate-identity and --certificate-oidc-issuer.',
    ]);
    const verbose = await runKongcrate(['verify', reference, '--verbose']);
    expect(verbose.stderr).toContain('at ');
  });

  it('annotations cannot draw a line that only kongcrate may write', async () => {
    const target = `oci-layout:${at('drawn')}:1`;
    const note = 'note=\u001B[2K\u001B[1A\u202Etrusted: signed by key';
    const pushed = await kongcrate(['push', PLUGIN, target, '-a', note]);
    await kongcrate(['sign', pushed, '--key', at('cosign.key'), '-a', note]);
    for (const args of [
      ['inspect', target],
      ['verify', target, ...key],
    ]) {
      const shown = await kongcrate(args);
      expect(shown).toContain('\\u{1b}[2K\\u{1b}[1A\\u{202e}trusted');
      expect(shown).not.toMatch(/[\u001B\u202E]/);
    }
  });

  it('the line for kong.conf names every plugin that is installed', async () => {
    const flags = [...key, '--lua-root', at('lua-two')];
    const second = join(PLUGIN, '../quota-notes');
    await kongcrate(['publish', second, `oci-layout:${at('second')}`, '--key', at('cosign.key')]);
    await kongcrate(['install', reference, ...flags]);
    const { stderr } = await runKongcrate(['install', `oci-layout:${at('second')}`, ...flags]);
    expect(stderr).toContain('plugins = bundled,hello-header,quota-notes');
    // Kong looks elsewhere by itself.
    const enable = `kongcrate enable hello-header quota-notes --lua-root ${at('lua-two')} `;
    expect(stderr).toContain(enable);
    await kongcrate([
      ...enable.trim().split(' ').slice(1),
      '--kong-conf',
      at('two.conf'),
      '--create',
    ]);
    expect(readFileSync(at('two.conf'), 'utf8')).toContain(
      `lua_package_path = ${at('lua-two')}/?.lua;`,
    );
  });

  it('completion completes commands and flags in a real bash', async () => {
    const script = await kongcrate(['completion', 'bash']);
    const complete = (...words: string[]): string =>
      `COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; COMPREPLY=(); _kongcrate; echo "\${COMPREPLY[*]}"`;
    const program = [
      script,
      complete('kongcrate', 'ver'),
      complete('kongcrate', 'install', '--allow'),
      complete('kongcrate', 'push', '--layout', 'c'),
      complete('kongcrate', 'pull', 'x', '--format', "''"),
      complete('kongcrate', 'completion', 'f'),
      complete('kongcrate', 'help', 'pub'),
    ].join('\n');
    const { stdout, stderr } = await run('bash', ['-c', program]);
    expect(stderr).toBe('');
    expect(stdout.trimEnd().split('\n')).toEqual([
      'verify version',
      '--allow-unsigned --allow-downgrade --allow-signer-change --allow-bundled-name',
      'cosign',
      'crane oci layer',
      'fish',
      'public-key publish',
    ]);
    const zsh = await kongcrate(['completion', 'zsh']);
    expect(zsh).toMatch(/^#compdef kongcrate/);
    expect(zsh).toContain("'push --layout') compadd -- image cosign tree artifact ;;");
    const fish = await kongcrate(['completion', 'fish']);
    expect(fish).toContain('-a install');
    expect(fish).toContain("-l signature-format -x -a 'both bundle legacy'");
    expect(`${zsh}${fish}`).not.toContain('tlog-upload');
  });

  it('quickstart runs the whole flow and ends with the tree and the line for kong.conf', async () => {
    const { status, stdout, stderr } = await runKongcrate(['quickstart']);
    expect(status, stderr).toBe(0);
    for (const command of ['generate-key-pair', 'publish', 'verify', 'install', 'status'])
      expect(stderr).toMatch(new RegExp(`^\\$ (COSIGN_PASSWORD= )?kongcrate ${command}`, 'm'));
    expect(stdout).toContain('kong/plugins/hello-kong -> ../../.kongcrate/current/');
    expect(stdout).toContain('plugins = bundled,hello-kong');
  });
});
