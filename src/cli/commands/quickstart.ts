import { chmodSync, mkdtempSync, readdirSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { setAction } from '../action.ts';
import type { Context } from '../context.ts';
import { writeSamplePlugin } from '../quickstart/sample-plugin.ts';
import { runStep, type Step } from '../quickstart/run-step.ts';

export function configure(command: Command, context: Context): void {
  command.addHelpText('after', EXAMPLES);
  setAction(command, context, async (_args, _flags, call) => {
    const directory = mkdtempSync(join(tmpdir(), 'kongcrate-quickstart-'));
    // A Lua root in it has to be open for Kong's workers, as every Lua root.
    chmodSync(directory, 0o755);
    call.note(`$ cd ${directory}`);
    process.chdir(directory);
    writeSamplePlugin('hello-kong');
    for (const step of STEPS) await runStep(step, call);
    const luaRoot = join(directory, 'lua');
    const tree = listTree(luaRoot);
    const setting = 'plugins = bundled,hello-kong';
    const text = [
      `Installed under ${luaRoot}:`,
      ...tree.map((line) => `  ${line}`),
      '',
      'On a real node leave out --lua-root, add this line to kong.conf, and reload Kong:',
      `  ${setting}`,
    ].join('\n');
    return { text, json: { directory, luaRoot, tree, setting } };
  });
}

const ARTIFACT = 'oci-layout:dist:1.0.0';

const STEPS: readonly Step[] = [
  {
    title: 'Make a key pair (an empty password here; choose one for real keys)',
    args: ['generate-key-pair'],
    needsPassword: true,
  },
  {
    title: 'Check, pack, push, sign and tag the plugin',
    args: ['publish', 'hello-kong', ARTIFACT, '--key', 'cosign.key'],
    needsPassword: true,
  },
  { title: 'Verify who signed it', args: ['verify', ARTIFACT, '--key', 'cosign.pub'] },
  {
    title: 'Install it, verified, under a Lua root',
    args: ['install', ARTIFACT, '--key', 'cosign.pub', '--lua-root', 'lua'],
  },
  { title: 'See what is installed', args: ['status', '--lua-root', 'lua'] },
];

/** What Kong finds: the fixed link, where it leads, and the files behind it. */
function listTree(luaRoot: string): readonly string[] {
  const plugins = join(luaRoot, 'kong', 'plugins');
  return readdirSync(plugins).flatMap((name) => [
    `kong/plugins/${name} -> ${readlinkSync(join(plugins, name))}`,
    ...readdirSync(join(plugins, name)).map((file) => `kong/plugins/${name}/${file}`),
  ]);
}

const EXAMPLES = `
Example:
  $ kongcrate quickstart

Needs nothing but kongcrate: no registry, no Kong, no network.
The directory is kept.`;
