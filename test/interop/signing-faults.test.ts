import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { messageOf, type KongcrateError } from '../../src/errors/kongcrate-error.ts';
import { signatureTagOf } from '../../src/reference/digest.ts';
import { createKeySigner } from '../../src/signing/signer.ts';
import { readSigningConfig } from '../../src/sigstore/read-signing-config.ts';
import { createParty, type Party, type PartyOptions } from '../../src/workflows/create-party.ts';
import { publishPlugin } from '../../src/workflows/publish-plugin.ts';
import { signArtifact } from '../../src/workflows/sign-artifact.ts';
import { registry as access, writeSource } from '../registry/plugin-source.ts';
import { makeKey } from '../signing/support.ts';
import { expectError } from '../support/expect-error.ts';
import type { Witnesses } from '../support/local-sigstore/signing-config.ts';
import {
  startLocalSigstore,
  type LocalSigstore,
} from '../support/local-sigstore/start-local-sigstore.ts';
import { startTestRegistry, type TestRegistry } from '../support/test-registry.ts';
import { FAULT_ROWS } from './signing/fault-rows.ts';

describe('publish without a key', () => {
  let sigstore: LocalSigstore;
  let registry: TestRegistry;
  const source = writeSource('1.0.0');
  beforeAll(async () => {
    sigstore = await startLocalSigstore();
    registry = await startTestRegistry({ referrersApi: true });
  });

  function party(log: Witnesses, changes: Partial<PartyOptions> = {}): Promise<Party> {
    return createParty({
      identityToken: () => Promise.resolve(sigstore.token()),
      services: readSigningConfig(readFileSync(sigstore.signingConfig(log), 'utf8')),
      trustedRoot: readFileSync(sigstore.trustedRoot.file, 'utf8'),
      connection: { retries: { tries: 1 } },
      ...changes,
    });
  }

  const publish = (signers: Party): Promise<unknown> =>
    publishPlugin(source, `${registry.host}/acme/my-plugin:1.0.0`, {
      ...signers,
      registry: access,
    });

  /** Publishes with a key, and gives what was published. */
  const signedFirst = async (
    place: string,
    options: Pick<Party, 'signer'>,
  ): ReturnType<typeof signArtifact> => {
    await publishPlugin(source, place, { ...options, registry: access });
    return signArtifact(place, { ...options, registry: access });
  };

  /** The error; nothing was written, and no token is in what is said. */
  async function expectRefused(
    code: KongcrateError['code'],
    signers: Party,
  ): Promise<KongcrateError> {
    const before = registry.log.length;
    const error = await expectError(() => publish(signers), code);
    const writes = registry.log.slice(before).filter(({ method }) => !/GET|HEAD/.test(method));
    expect(writes).toEqual([]);
    for (let told: unknown = error; told instanceof Error; told = told.cause)
      expect(`${messageOf(told)} ${JSON.stringify(told)}`).not.toMatch(/eyJ/);
    expect(error.remedy).not.toBe('');
    return error;
  }

  it.each(FAULT_ROWS)('$faults, $log: $code', async ({ faults, log, code, says }) => {
    sigstore.misbehave(faults);
    const error = await expectRefused(code, await party(log));
    expect(error.message).toContain(says);
    sigstore.misbehave({});
  });

  it('Fulcio is away', async () => {
    const away = new URL('http://127.0.0.1:9');
    const { logs, timestampAuthorities } = await servicesOf('rekor1');
    const services = { fulcio: away, logs, timestampAuthorities };
    await expectRefused('NETWORK_FAILED', await party('rekor1', { services }));
  });

  it('another server in the place of Fulcio', async () => {
    const { logs, timestampAuthorities } = await servicesOf('rekor1');
    const services = { fulcio: new URL(sigstore.urls.rekor1), logs, timestampAuthorities };
    await expectRefused('SIGNING_SERVICE_ERROR', await party('rekor1', { services }));
  });

  const servicesOf = (log: Witnesses) =>
    Promise.resolve(readSigningConfig(readFileSync(sigstore.signingConfig(log), 'utf8')));

  it('a root that does not know these services', async () => {
    const other = await startLocalSigstore();
    const trustedRoot = readFileSync(other.trustedRoot.file, 'utf8');
    await expectRefused('CERTIFICATE_MISMATCH', await party('rekor1', { trustedRoot }));
  });

  const tokenOf = (text: string): Partial<PartyOptions> => ({
    identityToken: () => Promise.resolve(text),
  });
  const unsigned = (claims: object): string =>
    `eyJhbGciOiJub25lIn0.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`;
  const inAnHour = Math.floor(Date.now() / 1000) + 3600;
  const good = { iss: 'https://i.example', aud: 'sigstore', exp: inAnHour, sub: 'me' };

  it.each([
    ['no token', '', 'no JSON web token'],
    ['half of one', 'eyJhbGciOiJub25lIn0.eyJpc3Mi', 'no JSON web token'],
    ['more than one', `${unsigned(good)}x.y`, 'no JSON web token'],
    ['another audience', unsigned({ ...good, aud: 'https://gitlab.example' }), 'gitlab.example'],
    ['one that has ended', unsigned({ ...good, exp: 1_000_000 }), 'it has ended'],
    ['one of nobody', unsigned({ ...good, sub: '' }), 'it names nobody'],
    ['no issuer', unsigned({ ...good, iss: undefined }), 'who issued it'],
    ['an address nobody verified', unsigned({ ...good, email: 'a@b.example' }), 'not verified'],
    ['one that Fulcio does not take', unsigned(good), 'it answered'],
  ])('%s', async (_title, token, says) => {
    const error = await expectRefused(
      'IDENTITY_TOKEN_INVALID',
      await party('rekor1', tokenOf(token)),
    );
    expect(error.message).toContain(says);
  });

  it('asks for no token where nothing is to be signed', async () => {
    const asked = { identityToken: () => expect.unreachable() };
    const signers = await party('rekor1', asked);
    const reference = `${registry.host}/acme/my-plugin:1.0.0`;
    const options = { ...signers, registry: access, dryRun: true };
    expect((await publishPlugin(source, reference, options)).signatures).toEqual([]);
  });

  it('keeps what others signed while the log was asked', async () => {
    const place = `${registry.host}/acme/my-plugin:1.0.0`;
    const early = { signer: createKeySigner(await makeKey()), registry: access };
    const { subject } = await signedFirst(place, early);
    const late = { signer: createKeySigner(await makeKey()), registry: access };
    const signers = await party('rekor1');
    const witnesses = (signers.witnesses ?? []).map((witness) => ({
      ...witness,
      testify: async (...asked: Parameters<typeof witness.testify>) => {
        await signArtifact(place, late);
        return witness.testify(...asked);
      },
    }));
    await publish({ ...signers, witnesses });
    const { tags, manifests } = registry.repository('acme/my-plugin');
    const tag = tags.get(signatureTagOf(subject.descriptor.digest)) ?? '';
    const { layers } = JSON.parse(String(manifests.get(tag)?.bytes)) as { layers: object[] };
    expect(layers).toHaveLength(3);
  });

  it('does all of it right otherwise', async () => {
    await publish(await party('rekor1'));
    expect(registry.repository('acme/my-plugin').tags.has('1.0.0')).toBe(true);
  });
});
