import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { peer } from '../../test/support/peer-programs.ts';
import type { FlowContext } from './flow.ts';
import type { Meter } from './meter.ts';

/** Makes cosign's key pair, the file that keeps cosign 3 off the network, and a plain PEM key. */
export async function makeKeys(meter: Meter, { keys, environment }: FlowContext): Promise<void> {
  const cosign = (...args: string[]): Promise<unknown> =>
    meter.run({ command: [peer('cosign3'), ...args], env: environment });
  await cosign('generate-key-pair', '--output-key-prefix', join(keys, 'cosign'));
  await cosign('signing-config', 'create', '--out', join(keys, 'signing.json'));
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  writeFileSync(join(keys, 'plain.pem'), pem, { mode: 0o600 });
}
