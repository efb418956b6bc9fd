import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { preparePlace, type Place } from '../local-sigstore/support.ts';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { nameOfCell, type CosignCell } from '../support/local-sigstore/cosign-cell.ts';
import { startHttpService } from '../support/local-sigstore/http-service.ts';
import { IDENTITY, IDENTITY_ISSUER } from '../support/local-sigstore/identity-token.ts';
import { signWithCosign } from '../support/local-sigstore/sign-with-cosign.ts';
import { kongcrate } from '../support/must-succeed.ts';
import { describeWithPeers } from '../support/peers.ts';
import { runWatched } from '../support/run-watched.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startTestRegistry } from '../support/test-registry.ts';

// DESIGN section 4: "Verification touches nothing but the registry."

const PLUGIN = join(import.meta.dirname, '../../testdata/plugins/hello-header');
const HANDLER = 'kong/plugins/hello-header/handler.lua';
const KEY_LEGACY = { cosign: 2, format: 'legacy', material: 'key', log: 'none' } as const;
const KEYLESS_BUNDLE = {
  cosign: 3,
  format: 'bundle',
  material: 'keyless',
  log: 'rekor2+tsa',
} as const;
const identity = [
  ...['--certificate-identity', IDENTITY],
  ...['--certificate-oidc-issuer', IDENTITY_ISSUER],
];

describeWithPeers(['cosign2', 'cosign3', 'docker-registry'], 'nobody is asked', () => {
  let places: Readonly<Record<'docker-registry' | 'a registry with referrers', Place>>;
  beforeAll(async () => {
    const [plain, modern] = [
      await startDockerRegistry(),
      await startTestRegistry({ referrersApi: true }),
    ];
    places = {
      'docker-registry': await preparePlace(plain.host),
      'a registry with referrers': await preparePlace(modern.host),
    };
  });

  /** Pushes the plugin into a repository of its own, for cosign to sign. */
  const push = async (place: Place, name: string): Promise<string> =>
    kongcrate(['push', PLUGIN, `${place.host}/acme/${name.replaceAll(/\W+/g, '-')}:1.2.0`]);

  const pushSigned = async (place: Place, cell: CosignCell, name: string): Promise<string> => {
    const reference = await push(place, name);
    const { key } = place.mine;
    const { status, stderr } = await signWithCosign(place.sigstore, { ...cell, reference, key });
    expect(status, stderr).toBe(0);
    return reference;
  };

  it.each(
    (
      [
        ['docker-registry', KEY_LEGACY],
        ['docker-registry', { ...KEYLESS_BUNDLE, log: 'rekor1' }],
        ['a registry with referrers', { ...KEY_LEGACY, material: 'keyless', log: 'rekor1+tsa' }],
        ['a registry with referrers', { ...KEYLESS_BUNDLE, material: 'key+log' }],
      ] as const
    ).map(([registry, cell]) => [registry, nameOfCell(cell), cell] as const),
  )('but %s: %s', async (registry, name, cell) => {
    const place = places[registry];
    const reference = await pushSigned(place, cell, name);
    const who = cell.material === 'keyless' ? identity : ['--key', place.mine.publicKey];
    const trust = [...who, '--trusted-root', place.sigstore.trustedRoot.file];
    const luaRoot = join(temporaryDirectory(), 'lua');
    for (const args of [
      ['verify', reference, '--explain'],
      ['pull', reference, '-o', join(temporaryDirectory(), 'pulled.tar')],
      ['install', reference, '--lua-root', luaRoot],
    ]) {
      const { status, stderr, targets } = await runWatched([...args, ...trust]);
      expect({ status, targets }, stderr).toEqual({ status: 0, targets: [place.host] });
    }
    expect(readFileSync(join(luaRoot, HANDLER))).toEqual(readFileSync(join(PLUGIN, HANDLER)));
    const judged = await runWatched(['verify', '--installed', '--lua-root', luaRoot, ...trust]);
    expect(judged).toMatchObject({ status: 0, targets: [] });
  });

  it.each([
    ['what the root inside the package does not know', 12, KEYLESS_BUNDLE],
    ['what nobody signed', 10, undefined],
  ] as const)('about %s', async (name, wanted, cell) => {
    const place = places['docker-registry'];
    const reference = await (cell ? pushSigned(place, cell, name) : push(place, name));
    const { status, stderr, targets } = await runWatched(['verify', reference, ...identity]);
    expect({ status, targets }, stderr).toEqual({ status: wanted, targets: [place.host] });
  });

  it('and a log that was asked in secret would be seen', async () => {
    const place = places['docker-registry'];
    const log = await startHttpService(() => ({ status: 200, body: '' }));
    const reference = await pushSigned(place, KEY_LEGACY, 'in-secret');
    const args = ['verify', reference, '--key', place.mine.publicKey];
    const { status, targets } = await runWatched(args, `await fetch('${log.url}')`);
    expect(log.requests).toEqual(['GET / 200']);
    const seen = [place.host, new URL(log.url).host].sort();
    expect({ status, targets }).toEqual({ status: 0, targets: seen });
  });
});
