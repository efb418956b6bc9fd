import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PrivateKey } from '../../../src/signing/private-key.ts';
import { createKeySigner } from '../../../src/signing/signer.ts';
import { inspectArtifact } from '../../../src/workflows/inspect-artifact.ts';
import { installPlugins, type InstallReport } from '../../../src/workflows/install-plugins.ts';
import type { Mirrors } from '../../../src/workflows/mirrors/mirror-rule.ts';
import { publishPlugin, type PublishedPlugin } from '../../../src/workflows/publish-plugin.ts';
import { pullArtifact } from '../../../src/workflows/pull-artifact.ts';
import { readStatus } from '../../../src/workflows/read-status.ts';
import { signArtifact } from '../../../src/workflows/sign-artifact.ts';
import { verifyArtifact, type VerifiedArtifact } from '../../../src/workflows/verify-artifact.ts';
import { writeSource } from '../../registry/plugin-source.ts';
import { kindOf } from '../../registry/request-kinds.ts';
import { makeKey } from '../../signing/support.ts';
import { expectError } from '../../support/expect-error.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { failure, RepositoryContent, type Reply } from '../../support/test-registry-content.ts';
import { startTestRegistry, type TestRegistry } from '../../support/test-registry.ts';
import { CACHE, fill, mirrorsOf, PATH, registry, unsigned, type Chooses } from './support.ts';

const all: Chooses = () => true;
const files = [writeSource('1.0.0'), writeSource('1.1.0')] as const;

let key: PrivateKey;
let source: TestRegistry;
let mirror: TestRegistry;
let digest = '';
let at = 0;

beforeAll(async () => {
  key = await makeKey();
});

beforeEach(async () => {
  await start({});
});

/** What publishing the first version leaves in a registry with, and in one without referrers. */
const published = new Map<boolean, RepositoryContent>();

async function start({ referrersApi = true }: { readonly referrersApi?: boolean }): Promise<void> {
  source = await startTestRegistry({ referrersApi });
  mirror = await startTestRegistry({ referrersApi });
  const content = published.get(referrersApi);
  if (content) fill(content, source.repository(PATH), all);
  else {
    digest = (await publish('1.0.0')).reference.replace(/.*@/, '');
    const kept = new RepositoryContent();
    fill(source.repository(PATH), kept, all);
    published.set(referrersApi, kept);
  }
  at = source.log.length;
}

function publish(version: '1.0.0' | '1.1.0', mirrors?: Mirrors): Promise<PublishedPlugin> {
  const [first, second] = files;
  return publishPlugin(version === '1.0.0' ? first : second, `${source.host}/${PATH}:${version}`, {
    signer: createKeySigner(key),
    registry,
    ...(mirrors && { mirrors }),
  });
}

const copy = (chooses: Chooses): void => {
  fill(source.repository(PATH), mirror.repository(CACHE), chooses);
};
const mirrored = (): ReturnType<typeof mirrorsOf> => mirrorsOf(source, [mirror.host]);
const reference = (label = ':1.0.0'): string => `${source.host}/${PATH}${label}`;
const verify = (mirrors: Mirrors, label?: string, by = key): Promise<VerifiedArtifact> =>
  verifyArtifact(reference(label), { keys: [by.publicKey], registry, mirrors });
const install = (mirrors: Mirrors, label: string, luaRoot: string): Promise<InstallReport> =>
  installPlugins([reference(label)], {
    ...{ keys: [key.publicKey], registry, mirrors, root: { luaRoot } },
  });
const asked = (): readonly string[] => source.log.slice(at).map(kindOf);

describe.each([{ referrersApi: true }, { referrersApi: false }])(
  'a mirror that holds everything, %o',
  (behaviour) => {
    beforeEach(async () => {
      await start(behaviour);
      copy(all);
    });

    it('is all that verify, install and pull ask', async () => {
      await verify(mirrored());
      const root = temporaryDirectory();
      await install(mirrored(), `@${digest}`, join(root, 'a'));
      await install(mirrored(), ':1.0.0', join(root, 'b'));
      const trust = { keys: [key.publicKey], registry, mirrors: mirrored() };
      await pullArtifact(reference(), { ...trust, output: join(root, 'pulled') });
      await pullArtifact(reference(), { ...trust, output: join(root, 'oci'), format: 'oci' });
      expect(asked()).toEqual([]);
    });

    it('is asked no more than the registry would be', async () => {
      const none: Mirrors = { lists: [] };
      for (const label of [`@${digest}`, ':1.0.0']) {
        const begin = [source.log.length, mirror.log.length] as const;
        await verify(mirrored(), label);
        await install(mirrored(), label, temporaryDirectory());
        const sent = mirror.log.slice(begin[1]).map(kindOf);
        await verify(none, label);
        await install(none, label, temporaryDirectory());
        // What is read ahead from a registry comes in another order.
        expect(sent.toSorted()).toEqual(source.log.slice(begin[0]).map(kindOf).toSorted());
      }
    });

    it('makes no difference to what is installed, upgraded and recorded', async () => {
      const [direct, through] = [temporaryDirectory(), temporaryDirectory()];
      const statusOf = async (luaRoot: string, mirrors: Mirrors): Promise<unknown> => {
        await install(mirrors, ':1.0.0', luaRoot);
        await install(mirrors, ':1.1.0', luaRoot);
        const { plugins } = readStatus({ luaRoot });
        return plugins.map(({ repository, version, digest: one }) => ({
          repository,
          version,
          one,
        }));
      };
      await publish('1.1.0');
      copy(all);
      const before = source.log.length;
      const status = await statusOf(through, mirrored());
      expect(source.log.length).toBe(before);
      expect(status).toEqual(await statusOf(direct, { lists: [] }));
      expect(status).toMatchObject([{ repository: `${source.host}/${PATH}`, version: '1.1.0' }]);
      expect((await install(mirrored(), ':1.1.0', through)).plugins[0]?.state).toBe('unchanged');
    });

    it('is enough where the registry is away', async () => {
      await source.close();
      const { subject } = await verify(mirrored());
      expect(subject.reference.repository).toBe(`${source.host}/${PATH}`);
      await install(mirrored(), ':1.0.0', temporaryDirectory());
    });
  },
);

describe('a mirror without signatures', () => {
  it.each([
    ['none at all', unsigned],
    [
      'a `.sig` tag only',
      (name: string, text: string) => unsigned(name, text) || name.endsWith('.sig'),
    ],
    ['referrers only', (name: string) => !name.startsWith('sha256-')],
  ])('%s: the registry is asked for them where they are not enough', async (_what, chooses) => {
    copy(chooses);
    expect((await verify(mirrored())).subject.trust.kind).toBe('signed');
    await install(mirrored(), ':1.0.0', temporaryDirectory());
  });

  it('shows those of the registry, and carries them', async () => {
    copy(unsigned);
    const shown = await inspectArtifact(reference(), { registry, mirrors: mirrored() });
    expect(shown).toMatchObject({ legacySignatures: { count: 1 }, referrers: [{}] });
  });

  it('is never called unsigned where the registry is away', async () => {
    copy(unsigned);
    await source.close();
    const error = await expectError(() => verify(mirrored()), 'NETWORK_FAILED');
    expect(error.message).toMatch(/^no mirror holds a signature, and .* itself could not be asked/);
    expect(error.remedy).toContain('Nothing says that it is unsigned');
    expect(error.exitCode).toBe(6);
    const options = { registry, mirrors: mirrored(), allowUnsigned: true };
    const root = { luaRoot: temporaryDirectory() };
    const call = (): unknown => installPlugins([reference()], { ...options, root });
    await expectError(call, 'NETWORK_FAILED');
  });

  it('lets nothing pass as unsigned that the registry has a signature of', async () => {
    copy((name, text) => unsigned(name, text));
    const options = { registry, mirrors: mirrored(), allowUnsigned: true };
    const root = { luaRoot: temporaryDirectory() };
    const call = (): unknown => installPlugins([reference()], { ...options, root });
    await expectError(call, 'SIGNATURE_MISMATCH');
  });

  it('and a registry without any: it is not signed', async () => {
    copy(unsigned);
    const repository = source.repository(PATH);
    for (const [name, { bytes }] of [...repository.manifests])
      if (bytes.toString().includes('"subject"')) repository.manifests.delete(name);
    for (const tag of repository.tags.keys())
      if (tag.startsWith('sha256-')) repository.tags.delete(tag);
    await expectError(() => verify(mirrored()), 'NO_SIGNATURE');
    const options = { registry, mirrors: mirrored(), allowUnsigned: true };
    const root = { luaRoot: temporaryDirectory() };
    const { plugins } = await installPlugins([reference()], { ...options, root });
    expect(plugins[0]?.trust.kind).toBe('unsigned');
  });
});

describe('a mirror with old content', () => {
  it('that lacks the newest signer is not believed to be all', async () => {
    copy(all);
    const other = await makeKey();
    const signer = createKeySigner(other);
    await signArtifact(reference(), { signer, registry, mirrors: mirrored() });
    expect((await verify(mirrored(), ':1.0.0', other)).subject.trust.kind).toBe('signed');
    const stranger = await makeKey();
    await expectError(() => verify(mirrored(), ':1.0.0', stranger), 'SIGNATURE_MISMATCH');
    await source.close();
    const error = await expectError(() => verify(mirrored(), ':1.0.0', other), 'NETWORK_FAILED');
    expect(error.message).toContain('the signatures that mirrors hold are not enough (0 of 1');
  });

  it('answers with its old tag, unless only digests are read there', async () => {
    copy(all);
    const { reference: next } = await publish('1.1.0');
    source.repository(PATH).tags.set('latest', next.replace(/.*@/, '') as `sha256:${string}`);
    mirror.repository(CACHE).tags.set('latest', digest as `sha256:${string}`);
    const digestBy = async (mirrors: Mirrors): Promise<string> =>
      (await verify(mirrors, ':latest')).subject.reference.descriptor.digest;
    expect(await digestBy(mirrored())).toBe(digest);
    const byDigest = mirrorsOf(source, [mirror.host], { reads: 'digest-only' });
    expect(next).toContain(await digestBy(byDigest));
    const byTag = mirrorsOf(source, [mirror.host], { reads: 'tag-only' });
    expect(await digestBy(byTag)).toBe(digest);
    const before = mirror.log.length;
    await verify(byTag, `@${digest}`);
    expect(mirror.log.length).toBe(before);
  });
});

describe('a mirror that does not serve', () => {
  const answering = (instead: Reply) => (): void => {
    mirror.next('GET', /./, { instead }, Infinity);
  };

  it.each<[string, () => unknown]>([
    ['is away', () => mirror.close()],
    ['is empty', () => undefined],
    ['wants a login', answering(failure(401, 'UNAUTHORIZED'))],
    ['lets nobody in', answering(failure(403, 'DENIED'))],
    ['is broken', answering(failure(502, 'UNKNOWN'))],
    ['has enough', answering(failure(429, 'TOOMANYREQUESTS'))],
    [
      'resets',
      () => {
        mirror.next('GET', /./, { instead: 'reset' }, Infinity);
      },
    ],
    [
      'breaks off',
      () => {
        copy(all);
        mirror.next('GET', /blobs/, { resetAfterBytes: 9 }, Infinity);
      },
    ],
  ])('because it %s: the registry does', async (_what, prepare) => {
    await prepare();
    const mirrors = mirrored();
    const { subject } = await verify(mirrors);
    expect(subject.trust.kind).toBe('signed');
    const report = await install(mirrors, ':1.0.0', temporaryDirectory());
    expect(report.plugins[0]?.digest).toBe(digest);
  });

  it('and never answers is left after the time-out', async () => {
    mirror.next('GET', /./, { before: () => new Promise(() => undefined) }, Infinity);
    const access = { ...registry, timeouts: { headersMs: 2000 } };
    const mirrors = mirrored();
    const options = { keys: [key.publicKey], registry: access, mirrors };
    await verifyArtifact(reference(), options);
    expect(mirror.log).toHaveLength(0);
    expect(mirrors.notes.join('\n')).toMatch(/is not asked any more: .* no answer within 2000 ms/);
  });
});

describe('a mirror that lies', () => {
  it.each([
    ['manifest', /manifests\/sha256:/],
    ['layer', /blobs\//],
  ])('about a %s stops the install', async (_what, path) => {
    copy(all);
    mirror.next(
      ...(['GET', path] as const),
      { change: (reply) => ({ ...reply, body: Buffer.from(reply.body).fill('x', 0, 1) }) },
      Infinity,
    );
    const luaRoot = temporaryDirectory();
    const error = await expectError(
      () => install(mirrored(), `@${digest}`, luaRoot),
      'DIGEST_MISMATCH',
    );
    expect(error.exitCode).toBe(7);
    expect(error.message).toContain(mirror.host);
    expect(readStatus({ luaRoot }).plugins).toEqual([]);
    expect(asked()).toEqual([]);
  });
});

describe('what is written', () => {
  it('goes to the registry, and no mirror hears of it', async () => {
    const mirrors = mirrored();
    await publish('1.1.0', mirrors);
    const signer = createKeySigner(await makeKey());
    await signArtifact(reference(':1.1.0'), { signer, registry, mirrors });
    expect(mirror.log).toEqual([]);
    expect(source.repository(PATH).tags.has('1.1.0')).toBe(true);
  });

  it('is refused where the registry is blocked, and so is what is read', async () => {
    const blocked = mirrorsOf(source, [mirror.host], { isBlocked: true });
    for (const call of [() => publish('1.1.0', blocked), () => verify(blocked)]) {
      const error = await expectError(call, 'REGISTRY_BLOCKED');
      expect(error.message).toBe(`registries.conf:3 blocks ${source.host}/${PATH}`);
    }
    expect(asked()).toEqual([]);
  });
});

describe('other places', () => {
  it('another location is read in place of the registry, under its name', async () => {
    copy(all);
    const moved = mirrorsOf(source, [], { location: `${mirror.host}/cache` });
    const { subject, reference: shown } = await verify(moved);
    expect(shown).toBe(`${source.host}/${PATH}@${digest}`);
    expect(subject.reference.repository).toBe(`${source.host}/${PATH}`);
    expect(asked()).toEqual([]);
  });

  it('a location that is no repository is refused with its place', async () => {
    const { lists } = mirrorsOf(source, [], { location: 'moved.example' });
    const rules = (lists[0] ?? []).map((rule) => ({ ...rule, prefix: `${source.host}/${PATH}` }));
    const error = await expectError(() => verify({ lists: [rules] }), 'MIRRORS_INVALID');
    expect(error.message).toBe('registries.conf:3: moved.example is no repository');
  });

  it('a repository of signatures is mirrored too', async () => {
    const signatureRepository = `${source.host}/acme/signatures`;
    const other = await makeKey();
    const elsewhere = { registry, mirrors: mirrored(), signatureRepository };
    await signArtifact(reference(), { ...elsewhere, signer: createKeySigner(other) });
    copy(unsigned);
    fill(source.repository('acme/signatures'), mirror.repository('cache/signatures'), all);
    await source.close();
    const keys = [other.publicKey];
    const { subject } = await verifyArtifact(reference(), { ...elsewhere, keys });
    expect(subject.trust).toMatchObject({ kind: 'signed', signatureRepository });
  });
});
