import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { runKongcrate, type RunResult } from '../../support/run.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { policyText } from '../../signing/policy/support.ts';
import type { PolicyRow } from './policy-rows.ts';
import type { SignedPlugin, SignedPlugins } from './signed-plugins.ts';

/** Writes a policy with one rule for the artifact's host; gives its path. */
export function writePolicy(
  { directory }: SignedPlugins,
  { reference, trustedRoot }: SignedPlugin,
  { rule, revoked }: { readonly rule: string; readonly revoked?: string | undefined },
): string {
  const path = join(directory, `policy-${temporaryDirectory().slice(-6)}.yaml`);
  const host = reference.replace(/\/.*/, '');
  const more = revoked === undefined ? '' : `  revoked: { ${revoked} }\n`;
  const text = policyText(`match: "${host}/acme/*"\n${rule}`);
  writeFileSync(path, `${text}  trustedRoot: ${trustedRoot}\n${more}`);
  return path;
}

/** `install` has to say what `verify` says, and writes nothing where it refuses. */
export async function expectVerdict(
  signed: SignedPlugins,
  row: PolicyRow,
  commands: readonly ('verify' | 'install')[] = ['verify', 'install'],
): Promise<void> {
  const plugin = row.isOld ? signed.old : signed.now;
  const revoked = row.revoked?.(signed);
  const policy = ['--policy', writePolicy(signed, plugin, { rule: row.rule, revoked })];
  const wanted = typeof row.status === 'number' ? row.status : row.status(signed);
  if (commands.includes('verify')) {
    const args = ['verify', plugin.reference, ...policy, '--explain'];
    const { status, stdout, stderr } = await runKongcrate(args);
    expect(status, stderr).toBe(wanted);
    expect(wanted === 0 ? stdout : stderr).toMatch(wanted === 0 ? /^ {2}allowed$/m : /refused: /);
  }
  if (!commands.includes('install')) return;
  const luaRoot = join(temporaryDirectory(), 'lua');
  const { status, stderr } = await install(plugin, [...policy, '--lua-root', luaRoot]);
  expect(status, stderr).toBe(wanted);
  expect(existsSync(join(luaRoot, 'kong/plugins/hello-header'))).toBe(wanted === 0);
}

export function install({ reference }: SignedPlugin, flags: readonly string[]): Promise<RunResult> {
  return runKongcrate(['install', reference, ...flags, '--prefix', temporaryDirectory()]);
}
