import { createPublicKey } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import type { Witnesses } from '../support/local-sigstore/signing-config.ts';
import {
  startLocalSigstore,
  type LocalSigstore,
} from '../support/local-sigstore/start-local-sigstore.ts';
import { runPeer } from '../support/must-succeed.ts';
import { describeWithPeers } from '../support/peers.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** cosign lists the logs in an order of its own. */
function inOrder(root: unknown): unknown {
  const { tlogs, ...rest } = root as { readonly tlogs: readonly { readonly baseUrl: string }[] };
  return { ...rest, tlogs: [...tlogs].sort((a, b) => (a.baseUrl < b.baseUrl ? -1 : 1)) };
}

type Service = keyof LocalSigstore['urls'];

/** The flag that cosign gives each service in a signing configuration, and its API's version. */
const SERVICES: Readonly<Record<Service, readonly [flag: string, version: number]>> = {
  fulcio: ['--fulcio', 1],
  rekor1: ['--rekor', 1],
  rekor2: ['--rekor', 2],
  timestampAuthority: ['--tsa', 1],
};

describeWithPeers(['cosign3'], 'files that cosign 3 would make of the same services', () => {
  let sigstore: LocalSigstore;
  let start = '';
  beforeAll(async () => {
    sigstore = await startLocalSigstore();
    start = sigstore.trustedRoot.json.tlogs[0]?.publicKey.validFor.start ?? '';
  });

  /** `cosign KIND create`, each service as a flag and its parts. */
  const create = async (
    kind: string,
    services: readonly string[][],
    more: readonly string[] = [],
  ): Promise<unknown> => {
    const flags = services.flatMap(([flag = '', ...parts]) => [
      flag,
      [...parts, `start-time=${start}`].join(','),
    ]);
    return JSON.parse(await runPeer('cosign3', [kind, 'create', ...flags, ...more]));
  };

  it('the trusted root', async () => {
    const { urls, environment, trustedRoot } = sigstore;
    const made = await create('trusted-root', [
      ['--fulcio', `url=${urls.fulcio}`, `certificate-chain=${environment.SIGSTORE_ROOT_FILE}`],
      ['--ctfe', `url=${urls.fulcio}`, `public-key=${environment.SIGSTORE_CT_LOG_PUBLIC_KEY_FILE}`],
      ['--rekor', `url=${urls.rekor1}`, `public-key=${environment.SIGSTORE_REKOR_PUBLIC_KEY}`],
      ['--rekor', `url=${urls.rekor2}`, `public-key=${rekor2Key()}`, 'origin=127.0.0.1'],
      [
        '--tsa',
        `url=${urls.timestampAuthority}`,
        `certificate-chain=${environment.SIGSTORE_TSA_CERTIFICATE_FILE}`,
      ],
    ]);
    expect(inOrder(trustedRoot.json)).toEqual(inOrder(made));
    expect(JSON.parse(readFileSync(trustedRoot.file, 'utf8'))).toEqual(
      JSON.parse(JSON.stringify(trustedRoot.json)),
    );
  });

  /** The second Rekor's key, which no environment of cosign names. */
  function rekor2Key(): string {
    const file = join(temporaryDirectory(), 'rekor2.pub');
    const raw = sigstore.trustedRoot.json.tlogs[1]?.publicKey.rawBytes ?? '';
    const key = createPublicKey({ key: raw, format: 'der', type: 'spki', encoding: 'base64' });
    writeFileSync(file, key.export({ type: 'spki', format: 'pem' }));
    return file;
  }

  it.each<[Witnesses, readonly Service[]]>([
    ['none', []],
    ['rekor1', ['rekor1']],
    ['rekor2+tsa', ['rekor2', 'timestampAuthority']],
    ['tsa-only', ['timestampAuthority']],
  ])('the signing configuration for %s', async (witnesses, names) => {
    const services = (['fulcio', ...names] as const).map((name) => {
      const [flag, version] = SERVICES[name];
      const url = `url=${sigstore.urls[name]}`;
      return [flag, url, `api-version=${version}`, 'operator=local-sigstore'];
    });
    const selectors = services
      .map(([flag = '']) => flag)
      .filter((flag) => flag !== '--fulcio')
      .flatMap((flag) => [`${flag}-config`, 'ANY']);
    const made = await create('signing-config', services, selectors);
    const file = sigstore.signingConfig(witnesses);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(made);
  });
});
