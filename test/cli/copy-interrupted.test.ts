import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import { copyArtifacts } from '../../src/workflows/copy/copy-artifacts.ts';
import { verifyArtifact } from '../../src/workflows/verify-artifact.ts';
import { makeKey } from '../signing/support.ts';
import { kongcrateCommand } from '../support/kongcrate-command.ts';
import { publish } from '../support/published.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startTestRegistry, type TestRegistry } from '../support/test-registry.ts';

const SIGNALS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const;

describe('a copy that a signal ends', () => {
  let key: PrivateKey;
  let registry: TestRegistry;
  let source = '';
  /** Sends the signal to whoever runs now. */
  let onFirstBlob = (): void => undefined;

  beforeAll(async () => {
    key = await makeKey();
    registry = await startTestRegistry();
    source = `${registry.host}/acme/my-plugin:1.1.0`;
    await copyArtifacts([(await publish({ key, version: '1.1.0' })).reference], source);
    const before = (): Promise<never> => {
      onFirstBlob();
      return new Promise(() => undefined);
    };
    registry.next('GET', /\/blobs\//, { before }, Infinity);
  });

  /** Runs it until it waits for its first blob, which never comes; gives its exit status. */
  async function interrupt(target: string, signal: NodeJS.Signals): Promise<number | null> {
    const child = spawn(...kongcrateCommand(['copy', source, target]), {
      env: { PATH: process.env['PATH'], HOME: temporaryDirectory() },
      stdio: 'ignore',
    });
    onFirstBlob = () => {
      // A second signal would end it at once.
      onFirstBlob = () => undefined;
      child.kill(signal);
    };
    const [status] = (await once(child, 'close')) as [number | null];
    return status;
  }

  it.each(SIGNALS)('%s: nothing is left where an archive was to be', async (signal, status) => {
    const directory = temporaryDirectory();
    expect(await interrupt(`oci-archive:${join(directory, 'carry.tar')}`, signal)).toBe(status);
    expect(readdirSync(directory)).toEqual([]);
  });

  it.each(SIGNALS)('%s: a layout has what it had', async (signal, status) => {
    const directory = join(temporaryDirectory(), 'layout');
    mkdirSync(directory);
    const layout = `oci-layout:${directory}`;
    await copyArtifacts([(await publish({ key })).reference], layout);
    expect(await interrupt(layout, signal)).toBe(status);
    const { subject } = await verifyArtifact(layout, { keys: [key.publicKey] });
    expect(subject.trust.kind).toBe('signed');
  });
});
