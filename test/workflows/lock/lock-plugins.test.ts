import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PrivateKey } from '../../../src/signing/private-key.ts';
import { expectError } from '../../support/expect-error.ts';
import { makeKey } from '../../signing/support.ts';
import { Fleet } from './fleet.ts';

let key: PrivateKey;
let other: PrivateKey;
beforeAll(async () => {
  [key, other] = [await makeKey(), await makeKey()];
});

/** A fleet with two plugins, whose tags move, and a lock. */
async function locked(): Promise<Fleet> {
  const fleet = new Fleet(key, other);
  const plugins = [];
  for (const name of ['alpha', 'beta'])
    plugins.push(await fleet.publish({ name, version: '1.1.0', tag: name, key }));
  fleet.write(plugins.map((reference) => `reference: ${reference}`));
  await fleet.lock();
  return fleet;
}

describe('lock', () => {
  it('writes what tags point to, who signed it and what is in it, a fact a line', async () => {
    const fleet = await locked();
    const { directory, lockFile } = fleet;
    const text = readFileSync(lockFile, 'utf8');
    const [alpha] = (JSON.parse(text) as { plugins: readonly object[] }).plugins;
    expect(alpha).toEqual({
      name: 'alpha',
      version: '1.1.0',
      reference: 'oci-layout:./dist:alpha',
      repository: 'localhost/dist',
      digest: expect.stringMatching(/^sha256:/) as unknown,
      layer: expect.stringMatching(/^sha256:/) as unknown,
      signers: [{ kind: 'key', keyId: key.publicKey.keyId }],
      files: [
        expect.stringMatching(/^[0-9a-f]{64} {2}kong\/plugins\/alpha\/handler\.lua$/) as unknown,
        expect.stringMatching(/^[0-9a-f]{64} {2}kong\/plugins\/alpha\/schema\.lua$/) as unknown,
      ],
    });
    expect(text).not.toContain(directory);
    expect(statSync(lockFile).mode & 0o777).toBe(0o644);
    const again = await fleet.lock();
    expect(again).toMatchObject({ file: lockFile, state: 'unchanged', changes: [] });
    expect(readFileSync(lockFile, 'utf8')).toBe(text);
  });

  it('--check says what would change, and writes nothing', async () => {
    const fleet = await locked();
    const before = readFileSync(fleet.lockFile);
    expect(await fleet.lock([], { check: true })).toMatchObject({ state: 'unchanged' });
    await fleet.publish({ name: 'beta', version: '1.2.0', tag: 'beta', key });
    const { state, changes } = await fleet.lock([], { check: true });
    expect(state).toBe('differs');
    expect(changes).toMatchObject([
      {
        name: 'beta',
        change: 'changed',
        differences: [
          { what: 'version', before: '1.1.0', after: '1.2.0' },
          { what: 'digest' },
          { what: 'layer' },
          { what: 'file kong/plugins/beta/handler.lua' },
        ],
      },
    ]);
    expect(readFileSync(fleet.lockFile)).toEqual(before);
    rmSync(fleet.lockFile);
    expect(await fleet.lock([], { check: true })).toMatchObject({ state: 'differs' });
  });

  it('NAME resolves that plugin alone', async () => {
    const fleet = await locked();
    for (const name of ['alpha', 'beta'])
      await fleet.publish({ name, version: '1.2.0', tag: name, key });
    const { changes } = await fleet.lock(['beta']);
    expect(changes.map(({ name }) => name)).toEqual(['beta']);
    await expectError(() => fleet.lock(['gamma']), 'NOT_FOUND');
    fleet.write(['reference: oci-layout:./dist:alpha', 'reference: oci-layout:./dist:new']);
    await expectError(() => fleet.lock(['alpha']), 'LOCK_INVALID');
  });

  it('blocks a lower version until it is allowed', async () => {
    const fleet = await locked();
    await fleet.publish({ name: 'beta', version: '1.0.9', tag: 'beta', key });
    const before = readFileSync(fleet.lockFile);
    const error = await expectError(() => fleet.lock(), 'DOWNGRADE');
    expect([error.exitCode, error.remedy]).toEqual([18, expect.stringContaining('--allow-down')]);
    await expectError(() => fleet.lock([], { check: true }), 'DOWNGRADE');
    expect(readFileSync(fleet.lockFile)).toEqual(before);
    expect(await fleet.lock([], { allowDowngrade: true })).toMatchObject({ state: 'written' });
  });

  it('blocks other signers until they are allowed', async () => {
    const fleet = await locked();
    await fleet.publish({ name: 'beta', version: '1.2.0', tag: 'beta', key: other });
    const error = await expectError(() => fleet.lock(), 'SIGNER_CHANGED');
    expect([error.exitCode, error.remedy]).toEqual([18, expect.stringContaining('--allow-sign')]);
    const { changes } = await fleet.lock([], { allowSignerChange: true });
    const signers = changes[0]?.differences.filter(({ what }) => what === 'signer');
    expect(signers).toEqual([
      { what: 'signer', before: `sha256:${key.publicKey.keyId}` },
      { what: 'signer', after: `sha256:${other.publicKey.keyId}` },
    ]);
  });

  it('locks nothing that the policy does not allow, nor what is another plugin', async () => {
    const fleet = await locked();
    const before = readFileSync(fleet.lockFile);
    await fleet.publish({ name: 'beta', version: '1.3.0', tag: 'beta', key: await makeKey() });
    await expectError(() => fleet.lock(), 'SIGNATURE_MISMATCH');
    await fleet.publish({ name: 'gamma', version: '1.3.0', tag: 'beta', key });
    fleet.write(['{reference: "oci-layout:./dist:beta", name: beta}']);
    await expectError(() => fleet.lock(), 'IDENTITY_MISMATCH');
    fleet.write(['reference: oci-layout:./dist:beta', 'reference: oci-layout:./dist:beta@x']);
    await expectError(() => fleet.lock(), 'POLICY_INVALID');
    expect(readFileSync(fleet.lockFile)).toEqual(before);
  });

  it('takes no two references for one plugin', async () => {
    const fleet = await locked();
    await fleet.publish({ name: 'alpha', version: '1.1.0', tag: 'beta', key });
    rmSync(fleet.lockFile);
    const error = await expectError(() => fleet.lock(), 'LOCK_INVALID');
    expect(error.message).toContain('dist:alpha and oci-layout:./dist:beta are both the plugin al');
  });

  it('compares nothing with a lock that cannot be read', async () => {
    const fleet = await locked();
    writeFileSync(fleet.lockFile, '<<<<<<< HEAD\n{}');
    const error = await expectError(() => fleet.lock(), 'LOCK_INVALID');
    expect(error.remedy).toContain('version control');
  });
});
