import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { preparePlace, pushUnsigned, type Place } from '../local-sigstore/support.ts';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { LOOPBACK_ONLY } from '../support/local-sigstore/cosign-cell.ts';
import { describeWithPeers, peer } from '../support/peers.ts';
import { run, runKongcrate, type RunResult } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { expectAttested, nameOfAttesting, type AttestCell } from './attesting/publish-attested.ts';

/** One row for a key and one for a certificate; the soak has all. */
const CELLS: readonly AttestCell[] = [
  { material: 'key', log: 'none', format: 'both' },
  { material: 'keyless', log: 'rekor2+tsa', format: 'bundle' },
];
const PROVENANCE = {
  buildDefinition: { buildType: 'https://example.com/build', externalParameters: { text: '<&>é' } },
  runDetails: { builder: { id: 'https://example.com/builder' } },
};
const TYPE = ['--type', 'slsaprovenance1'];
const directory = temporaryDirectory();
const predicate = join(directory, 'predicate.json');
writeFileSync(predicate, JSON.stringify(PROVENANCE));

describeWithPeers(['cosign2', 'cosign3', 'docker-registry'], 'attestations and cosign', () => {
  let place: Place;
  const env = { ...LOOPBACK_ONLY, COSIGN_PASSWORD: '' };
  const kongcrate = (args: readonly string[]): Promise<RunResult> => runKongcrate(args, { env });
  const cosign = (version: 2 | 3, args: readonly string[]): Promise<RunResult> =>
    run(peer(`cosign${version}`), args, { env: { ...env, ...place.sigstore.environment } });
  const attest = (reference: string, key: string): Promise<RunResult> =>
    kongcrate(['attest', reference, '--key', key, ...TYPE, '--predicate', predicate]);

  beforeAll(async () => {
    place = await preparePlace((await startDockerRegistry()).host);
  });

  it.each(CELLS.map((cell) => [nameOfAttesting(cell), cell] as const))(
    'both verify what publish attests: %s',
    (_name, cell) => expectAttested(place, cell),
  );

  it('kongcrate verifies what each of them attests', async () => {
    const { mine, others } = place;
    for (const version of [2, 3] as const) {
      const reference = await pushUnsigned(place.host, `cosign ${version}`);
      const config = join(directory, 'signing-config.json');
      writeFileSync(config, EMPTY_CONFIG);
      const flags =
        version === 2
          ? ['--tlog-upload=false']
          : ['--signing-config', config, '--trusted-root', place.sigstore.trustedRoot.file];
      const made = await cosign(version, [
        ...['attest', '--key', mine.key, '-y', ...flags, '--type', 'custom'],
        ...['--predicate', predicate, reference],
      ]);
      expect(made.status, made.stderr).toBe(0);
      const verify = (key: string, type: string): Promise<RunResult> =>
        kongcrate(['verify', reference, '--key', key, '--attestation', type, '--json']);
      const right = await verify(mine.publicKey, 'custom');
      expect(right.status, right.stderr).toBe(0);
      const data = { Data: readFileSync(predicate, 'utf8') };
      expect(JSON.parse(right.stdout)).toMatchObject({ attestations: [{ predicate: data }] });
      expect((await verify(others.publicKey, 'custom')).status).toBe(12);
      expect((await verify(mine.publicKey, 'cyclonedx')).status).toBe(12);
      expect((await kongcrate(['verify', reference, '--key', mine.publicKey])).status).not.toBe(0);
    }
  });

  it('never makes a good signature fail in cosign 3', async () => {
    const { mine, others } = place;
    const reference = await pushUnsigned(place.host, 'a legacy signature alone');
    const flags = ['--key', mine.key, '--signature-format', 'legacy'];
    for (const stage of ['stage=prod', 'stage=test'])
      expect((await kongcrate(['sign', reference, ...flags, '-a', stage])).status).toBe(0);
    const verify = (stage = 'stage=prod'): Promise<RunResult> =>
      cosign(3, [
        ...['verify', '--key', mine.publicKey, '--insecure-ignore-tlog=true'],
        ...['-a', stage, reference],
      ]);
    expect((await verify()).status).toBe(0);
    const refused = await attest(reference, others.key);
    expect(refused.status).toBe(18);
    expect(refused.stderr).toContain('hide signatures');
    expect((await verify()).status).toBe(0);
    const mineToo = await attest(reference, mine.key);
    expect(mineToo.status, mineToo.stderr).toBe(0);
    expect(mineToo.stderr).toContain('bundle signature written');
    expect((await verify()).status).toBe(0);
    expect((await verify('stage=test')).status).toBe(0);
    expect((await attest(reference, others.key)).status).toBe(0);
    expect((await verify()).status).toBe(0);
  });
});

const EMPTY_CONFIG = JSON.stringify({
  mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
  rekorTlogConfig: {},
  tsaConfig: {},
});
