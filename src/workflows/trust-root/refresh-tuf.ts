import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Updater } from 'tuf-js';
import { PersistError } from 'tuf-js/dist/error.js';
import { asWriteFailure } from '../../errors/as-write-failure.ts';
import { errnoOf, KongcrateError, messageOf } from '../../errors/kongcrate-error.ts';
import type { Send } from '../../http/transport.ts';
import { MAX_TRUSTED_ROOT_BYTES } from './read-trusted-root.ts';
import { TufFetcher } from './tuf-fetcher.ts';
import { TUF_ROLES, type TufMetadata } from './update-record.ts';

const TARGET = 'trusted_root.json';

export interface RefreshOptions {
  readonly mirror: URL;
  /** What is trusted and known so far. */
  readonly start: TufMetadata;
  readonly send: Send;
  readonly signal: AbortSignal | undefined;
}

/** What a refresh came to. */
export interface Refreshed {
  /** What was verified, also before a failure: TUF has it kept (5.3.8, 5.4.5, 5.5.7, 5.6.6). */
  readonly metadata: TufMetadata;
  /** The trusted root, unless there is a failure. */
  readonly target: { readonly bytes: Buffer } | { readonly failure: unknown };
}

/**
 * Runs TUF's client workflow (specification, section 5) with tuf-js and downloads the trusted root.
 * tuf-js works on files: here in a directory that is gone afterwards.
 * @throws KongcrateError INSTALL_FAILED for that directory; the rest is in the result
 */
export async function refreshTuf(options: RefreshOptions): Promise<Refreshed> {
  const directory = mkdtempSync(join(tmpdir(), 'kongcrate-tuf-'));
  try {
    for (const role of TUF_ROLES)
      if (options.start[role] !== undefined)
        writeFileSync(fileOf(directory, role), options.start[role]);
    const target = await download(directory, options);
    return { metadata: readMetadata(directory, options.start), target };
  } catch (error) {
    throw asWriteFailure(directory, error);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function download(
  directory: string,
  { mirror, send, signal }: RefreshOptions,
): Promise<Refreshed['target']> {
  const fetcher = new TufFetcher({ send, directory, signal });
  try {
    const updater = openUpdater({ metadataDir: directory, metadataBaseUrl: mirror.href, fetcher });
    await updater.refresh();
    const target = await updater.getTargetInfo(TARGET);
    if (!target) throw missing(mirror);
    if (target.length > MAX_TRUSTED_ROOT_BYTES)
      throw new Error(`${TARGET} has ${target.length} bytes, more than ${MAX_TRUSTED_ROOT_BYTES}`);
    const place = new URL('targets', mirror).href;
    const file = await updater.downloadTarget(target, join(directory, 'target'), place);
    return { bytes: readFileSync(file) };
  } catch (error) {
    return { failure: fetcher.failure ?? asRefusal(error, { mirror, directory }) };
  }
}

/** Verifies the root to start with by its own keys. */
function openUpdater(options: ConstructorParameters<typeof Updater>[0]): Updater {
  try {
    return new Updater(options);
  } catch (cause) {
    throw new KongcrateError('TRUSTED_ROOT_INVALID', `no TUF root: ${messageOf(cause)}`, {
      remedy: 'Give --root the root.json of the repository, from somebody you trust.',
      cause,
    });
  }
}

function asRefusal(error: unknown, place: { mirror: URL; directory: string }): unknown {
  if (error instanceof KongcrateError) return error;
  if (error instanceof PersistError || errnoOf(error) !== undefined)
    return asWriteFailure(place.directory, error);
  const message = `what ${place.mirror.href} offers is refused: ${messageOf(error)}`;
  return new KongcrateError('TRUST_ROOT_REFUSED', message, {
    remedy:
      'The file stays as it was. Check --mirror, --root and the clock; if they are right, the mirror is out of date or not to be trusted.',
    cause: error,
  });
}

function missing(mirror: URL): KongcrateError {
  return new KongcrateError('NOT_FOUND', `${mirror.href} has no ${TARGET}`, {
    remedy: 'Check --mirror: it must be the TUF repository of a sigstore instance.',
  });
}

function readMetadata(directory: string, start: TufMetadata): TufMetadata {
  const found = TUF_ROLES.map((role) => [role, fileOf(directory, role)] as const)
    .filter(([, file]) => existsSync(file))
    .map(([role, file]) => [role, readFileSync(file, 'utf8')] as const);
  return { ...start, ...Object.fromEntries(found) };
}

function fileOf(directory: string, role: string): string {
  return join(directory, `${role}.json`);
}
