import { brandExtractionPlan } from '../../src/content/brand-extraction-plan.ts';
import { brandVerifiedSubject } from '../../src/content/brand-verified-subject.ts';
import type { ContentSnapshot } from '../../src/content/content-snapshot.ts';
import { describe } from '../../src/content/descriptor.ts';
import { parseManifest } from '../../src/content/manifest.ts';
import type { TrustBasis } from '../../src/content/verified-subject.ts';
import type { InstallRequest } from '../../src/install/check-requests.ts';
import { digestOf } from '../../src/reference/digest.ts';
import { OCI_CONFIG, OCI_LAYER_GZIP, OCI_MANIFEST } from '../../src/reference/media-types.ts';
import { authorizeReplacement } from '../../src/workflows/authorize-replacement.ts';

export interface InstallableSpec {
  readonly name: string;
  readonly version: string;
  /** Texts by path; handler and schema that name plugin and version unless told. */
  readonly files?: Readonly<Record<string, string>>;
  readonly trust?: TrustBasis;
  readonly tag?: string;
  /** Whether a higher version may be replaced. */
  readonly allowDowngrade?: boolean;
  /** Put among the evidence, to tell two snapshots of one artifact apart. */
  readonly note?: string;
}

/** What a key with this id has signed. */
export function signedBy(keyId: string): TrustBasis {
  const publicKey = 'a public key';
  const signer = { kind: 'key', keyId, publicKey, formats: ['legacy'] } as const;
  return { kind: 'signed', signers: [{ ...signer, annotations: {}, times: [] }] };
}

export const SIGNED: TrustBasis = signedBy('ab'.repeat(32));

export const UNSIGNED: TrustBasis = { kind: 'unsigned' };

/** The files of a plugin whose every file says which version it is of, and a sibling module. */
export function filesOf(name: string, version: string): Readonly<Record<string, string>> {
  const text = `-- ${'x'.repeat(200)}\nreturn { NAME = "${name}", VERSION = "${version}", PRIORITY = 10 }\n`;
  return {
    [`kong/plugins/${name}/handler.lua`]: `-- handler\n${text}`,
    [`kong/plugins/${name}/schema.lua`]: `-- schema\n${text}`,
    [`resty/${name}.lua`]: `-- sibling\n${text}`,
  };
}

/** A plugin as the readers and the verifier would hand it to the installer. */
export function makeInstallable(spec: InstallableSpec): InstallRequest {
  const { name, version, tag, trust = SIGNED, allowDowngrade = false } = spec;
  const files = Object.entries(spec.files ?? filesOf(name, version)).map(([path, text]) => ({
    path,
    bytes: Buffer.from(text),
  }));
  const archive = Buffer.from(
    JSON.stringify(files.map(({ path, bytes }) => [path, bytes.toString()])),
  );
  const layer = describe(OCI_LAYER_GZIP, archive);
  const config = describe(OCI_CONFIG, Buffer.from('{}'));
  const bytes = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [layer] }),
  );
  const manifest = parseManifest(bytes, OCI_MANIFEST);
  if (manifest.kind !== 'manifest') throw new Error('not a manifest');
  const descriptor = describe(OCI_MANIFEST, bytes);
  return {
    subject: brandVerifiedSubject({
      reference: {
        repository: `registry.example/acme/${name}`,
        ...(tag === undefined ? {} : { tag }),
        descriptor,
      },
      manifest,
      manifestDigest: descriptor.digest,
      trust,
      evidence: evidenceWith([bytes, ...(spec.note === undefined ? [] : [Buffer.from(spec.note)])]),
    }),
    plugin: {
      name,
      version,
      priority: 10,
      files,
      plan: brandExtractionPlan({
        files,
        archiveDigest: layer.digest,
        expandedBytes: files.reduce((sum, file) => sum + file.bytes.length, 0),
      }),
    },
    authorize: authorizeReplacement('install', { allowDowngrade }),
  };
}

function evidenceWith(blobs: readonly Uint8Array[]): ContentSnapshot {
  return {
    tags: {},
    referrers: [],
    blobs: new Map(blobs.map((blob) => [digestOf(blob), blob])),
  };
}

/** Versions such as `1.2`, as the workflow's own comparison would order them. */
export function compareVersions(one: string, other: string): number | undefined {
  const [a, b] = [Number(one), Number(other)];
  return Number.isNaN(a) || Number.isNaN(b) ? undefined : a - b;
}
