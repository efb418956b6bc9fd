import type { ErrorCode } from '../../../src/errors/catalogue.ts';
import type { Digest } from '../../../src/reference/digest.ts';
import type { PrivateKey } from '../../../src/signing/private-key.ts';
import {
  makeKey,
  pushLegacy,
  signRaw,
  toBytes,
  type LayerSpec,
  type ManifestSpec,
  type storeWithSubject,
} from '../../signing/support.ts';

export type Place = Awaited<ReturnType<typeof storeWithSubject>>;

/** One artifact, what was done to its signatures, and what three programs say of it. */
export interface TamperCase {
  /** With the number of the record, where there is one. */
  readonly what: string;
  /** Writes the signatures beside the artifact. */
  readonly write: (place: Place) => Promise<unknown>;
  /** The exit codes of cosign 2 and of cosign 3. */
  readonly cosigns: readonly [number, number];
  readonly kongcrate: ErrorCode | 'trusted';
  /** A part of kongcrate's message. */
  readonly says?: string;
  /** What is demanded with `-a`. */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly cosignFlags?: readonly string[];
  /** Why kongcrate refuses what a cosign that reads this format takes: a line of the documentation. */
  readonly stricter?: string;
}

export const trusted: PrivateKey = await makeKey();
export const other: PrivateKey = await makeKey();
export const ZEROS: Digest = `sha256:${'0'.repeat(64)}`;

/** A layer whose payload, whatever it is, carries a valid signature of the trusted key. */
export function signed(payload: unknown): Required<Pick<LayerSpec, 'payload' | 'signature'>> {
  const bytes = toBytes(payload);
  return { payload: bytes, signature: signRaw(trusted, bytes) };
}

/** Writes these layers under the `.sig` tag. */
export function layers(
  make: (digest: string) => readonly LayerSpec[],
  manifest?: ManifestSpec,
): TamperCase['write'] {
  return (place) => pushLegacy(place, make(place.subject.descriptor.digest), manifest);
}

/** The signature with its last bit, or that of another byte, the other way round. */
export function flip(base64: string, at = -1): string {
  const bytes = Buffer.from(base64, 'base64');
  const position = at < 0 ? bytes.length + at : at;
  bytes[position] = (bytes[position] ?? 0) ^ 1;
  return bytes.toString('base64');
}
