import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { importKeyPair } from '../../src/signing/key-pair.ts';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { kongcrate, runPeer } from '../support/must-succeed.ts';
import { describeWithPeers, peer } from '../support/peers.ts';
import { run, runKongcrate } from '../support/run.ts';
import { report } from '../support/soak.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const PLUGIN = join(import.meta.dirname, '../../testdata/plugins/hello-header');
const SKIP_LOG = '--insecure-ignore-tlog=true';
const OFFLINE = ['--tlog-upload=false', '-y'];
const OFFLINE_3 = ['--use-signing-config=false', ...OFFLINE];
const LEGACY_3 = '--new-bundle-format=false';

const KEYS: Readonly<Record<string, () => { privateKey: KeyObject }>> = {
  'P-256': () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' }),
  'P-384': () => generateKeyPairSync('ec', { namedCurve: 'secp384r1' }),
  'P-521': () => generateKeyPairSync('ec', { namedCurve: 'secp521r1' }),
  'RSA-2048': () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  'RSA-4096': () => generateKeyPairSync('rsa', { modulusLength: 4096 }),
  Ed25519: () => generateKeyPairSync('ed25519'),
};
const NAMES = Object.keys(KEYS);

const READERS = {
  'cosign 2': ['cosign2', []],
  'cosign 3': ['cosign3', []],
  'cosign 3, legacy': ['cosign3', [LEGACY_3]],
} as const;
type Reader = keyof typeof READERS;

const WRITERS = {
  'cosign 2, legacy': ['cosign2', OFFLINE],
  'cosign 3, legacy': ['cosign3', [...OFFLINE_3, LEGACY_3]],
  'cosign 3, bundle': ['cosign3', OFFLINE_3],
} as const;
type Writer = keyof typeof WRITERS;

/** Why a cell cannot work, and the exit status that says so. */
interface Impossible {
  readonly status: number;
  readonly reason: string;
}

function whyUnread(format: string, reader: Reader): Impossible | undefined {
  if (format !== 'bundle' || reader === 'cosign 3') return undefined;
  return { status: 10, reason: `${reader} looks for legacy signatures only` };
}

function whyRefused(name: string, writer: Writer): Impossible | undefined {
  if (name !== 'Ed25519' || writer === 'cosign 2, legacy') return undefined;
  return { status: 12, reason: 'cosign 3 signs Ed25519ph, which no cosign verifies' };
}

describeWithPeers(
  ['cosign2', 'cosign3', 'oras', 'docker-registry'],
  'every signature format with every kind of key',
  () => {
    const directory = temporaryDirectory();
    const at = (name: string): string => join(directory, name);
    const keyFile = (name: string, kind: 'key' | 'pub'): string => at(`${name}.${kind}`);
    const tally = { works: 0, impossible: 0 };
    const reasons = new Set<string>();
    let host = '';

    const note = (cell: Impossible | undefined): number => {
      tally[cell ? 'impossible' : 'works'] += 1;
      if (cell) reasons.add(cell.reason);
      return cell?.status ?? 0;
    };

    beforeAll(async () => {
      ({ host } = await startDockerRegistry());
      for (const [name, make] of Object.entries(KEYS)) {
        const pem = make().privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
        const pair = await importKeyPair(pem, new Uint8Array());
        writeFileSync(keyFile(name, 'key'), pair.privateKeyPem, { mode: 0o600 });
        writeFileSync(keyFile(name, 'pub'), pair.publicKeyPem);
      }
    });

    afterAll(() => {
      report(
        `signature matrix: ${tally.works} cells work, ${tally.impossible} are impossible (${[...reasons].join('; ')})`,
      );
    });

    /** Copies a tag and its referrers, then the `.sig` tag, where there is one. */
    async function copyAll(
      from: readonly string[],
      to: readonly string[],
      signature: string,
    ): Promise<void> {
      const [fromFlag = '', fromPlace = ''] = from;
      const [toFlag = '', toPlace = ''] = to;
      const call = (tag: string, ...flags: string[]): Promise<string> =>
        runPeer('oras', [
          'cp',
          ...flags,
          fromFlag,
          `${fromPlace}:${tag}`,
          toFlag,
          `${toPlace}:${tag}`,
        ]);
      await call('1.2.0', '-r');
      if (signature !== '') await call(signature);
    }

    const cosignVerify = async (
      [reader, flags]: (typeof READERS)[Reader],
      key: string,
      reference: string,
    ): Promise<number | null> => {
      const args = ['verify', '--key', key, SKIP_LOG, ...flags, reference];
      return (await run(peer(reader), args)).status;
    };

    const cells = NAMES.flatMap((name) =>
      (['legacy', 'bundle', 'both'] as const).map((format) => [name, format] as const),
    );
    it.each(cells)('%s, %s, by us: read by both cosigns', async (name, format) => {
      const repository = `${host}/ours/${name.toLowerCase()}-${format}`;
      const layout = at(`ours-${name}-${format}`);
      const flags = [
        '--key',
        keyFile(name, 'key'),
        '--signature-format',
        format,
        '--as',
        repository,
      ];
      const published = await kongcrate([
        'publish',
        PLUGIN,
        `oci-layout:${layout}:1.2.0`,
        ...flags,
      ]);
      const digest = published.split('@')[1] ?? '';
      const signature = format === 'bundle' ? '' : `${digest.replace(':', '-')}.sig`;
      await copyAll(['--from-oci-layout', layout], ['--to-plain-http', repository], signature);
      for (const [reader, program] of Object.entries(READERS) as [
        Reader,
        (typeof READERS)[Reader],
      ][]) {
        const wanted = note(whyUnread(format, reader));
        const key = keyFile(name, 'pub');
        const found = await cosignVerify(program, key, `${repository}@${digest}`);
        expect(found, `${reader} reads ${format} with ${name}`).toBe(wanted);
        const other = keyFile(NAMES.find((one) => one !== name) ?? '', 'pub');
        expect(await cosignVerify(program, other, `${repository}@${digest}`)).not.toBe(0);
      }
    });

    const theirs = NAMES.flatMap((name) =>
      (Object.keys(WRITERS) as Writer[]).map((writer) => [name, writer] as const),
    );
    it.each(theirs)('%s, by %s: read by us', async (name, writer) => {
      const id = `${name}-${writer}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
      const repository = `${host}/theirs/${id}`;
      const pushed = await kongcrate(['push', PLUGIN, `oci-layout:${at(`from-${id}`)}:1.2.0`]);
      const digest = pushed.split('@')[1] ?? '';
      const plain = ['--from-oci-layout', at(`from-${id}`)];
      await copyAll(plain, ['--to-plain-http', repository], '');
      const [cosign, flags] = WRITERS[writer];
      const key = ['--key', keyFile(name, 'key')];
      await runPeer(cosign, ['sign', ...key, ...flags, `${repository}@${digest}`]);
      const signature = writer === 'cosign 3, bundle' ? '' : `${digest.replace(':', '-')}.sig`;
      const target = ['--to-oci-layout', at(`to-${id}`)];
      await copyAll(['--from-plain-http', repository], target, signature);
      const verify = async (pub: string): Promise<number | null> => {
        const reference = `oci-layout:${at(`to-${id}`)}@${digest}`;
        return (await runKongcrate(['verify', reference, '--key', pub, '--as', repository])).status;
      };
      const impossible = whyRefused(name, writer);
      expect(await verify(keyFile(name, 'pub')), id).toBe(note(impossible));
      expect(await verify(keyFile(NAMES.find((one) => one !== name) ?? '', 'pub'))).toBe(12);
      if (!impossible) return;
      for (const program of Object.values(READERS))
        expect(
          await cosignVerify(program, keyFile(name, 'pub'), `${repository}@${digest}`),
        ).not.toBe(0);
    });

    it.each(NAMES)('%s, a bundle by cosign 2: it has no way to make one', async (name) => {
      const key = ['--key', keyFile(name, 'key')];
      const flags = ['--new-bundle-format', `${host}/ours/none:1.2.0`];
      const { status, stderr } = await run(peer('cosign2'), ['sign', ...key, ...OFFLINE, ...flags]);
      expect(stderr).toContain('unknown flag: --new-bundle-format');
      expect(status).toBe(note({ status: 1, reason: 'cosign 2 has no flag to sign a bundle' }));
    });
  },
);
