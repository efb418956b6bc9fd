import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startLocalSigstore } from '../support/local-sigstore/start-local-sigstore.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

it('the timestamp authority answers what openssl asks with what openssl verifies', async () => {
  const directory = temporaryDirectory();
  const at = (name: string): string => join(directory, name);
  const openssl = (...args: string[]): string =>
    execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] }).toString();
  writeFileSync(at('data'), 'signature bytes');
  openssl('ts', '-query', '-data', at('data'), '-sha256', '-cert', '-out', at('query'));
  const { urls, environment } = await startLocalSigstore();
  const body = readFileSync(at('query'));
  const response = await fetch(urls.timestampAuthority, { method: 'POST', body });
  expect(response.status).toBe(201);
  writeFileSync(at('reply'), Buffer.from(await response.arrayBuffer()));
  const { SIGSTORE_TSA_CERTIFICATE_FILE: chain } = environment;
  const verify = ['ts', '-verify', '-in', at('reply'), '-CAfile', chain, '-queryfile'];
  openssl(...verify, at('query'));
  openssl('ts', '-query', '-data', chain, '-sha256', '-cert', '-out', at('other'));
  expect(() => openssl(...verify, at('other'))).toThrow('message imprint mismatch');
});
