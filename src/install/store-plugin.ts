import { dirname, join } from 'node:path';
import type { ByteSource } from '../content/byte-source.ts';
import { sealedBytes } from '../content/sealed-bytes.ts';
import type { ArchivedFile } from '../content/extraction-plan.ts';
import { hexOf } from '../reference/digest.ts';
import { compareFiles, hashFile, type Drift } from './compare-files.ts';
import type { CheckedRoot } from './install-root.ts';
import { lookAt } from './look-at.ts';
import {
  DIRECTORY_MODE,
  evidencePath,
  FILE_MODE,
  MAX_EVIDENCE_BYTES,
  storePath,
  temporaryPath,
} from './node-paths.ts';
import { ensureDirectories, moveAside } from './make-room.ts';
import type { PluginReceipt } from './receipt.ts';
import { stageTree } from './stage-tree.ts';

export interface StoredContent {
  readonly files: readonly ArchivedFile[];
  /** The evidence file's bytes, whose digest the receipt holds. */
  readonly evidence: Uint8Array;
  readonly signal: AbortSignal | undefined;
}

/**
 * Makes the store hold a plugin: staged and renamed when its directory is new, otherwise every file
 * is hashed and what differs is replaced, one file at a time, each whole at every moment.
 * @throws KongcrateError INTERRUPTED; errno errors
 */
export async function storePlugin(
  root: CheckedRoot,
  plugin: PluginReceipt,
  content: StoredContent,
): Promise<void> {
  const store = storePath(root.path, plugin.layerDigest);
  const sums = new Map(plugin.files.map(({ path, sha256 }) => [path, sha256]));
  const files = new Map<string, ByteSource>(
    content.files.map(({ path, bytes }) => [path, sealedBytes(bytes, sums.get(path) ?? '')]),
  );
  if (lookAt(store)?.isDirectory() !== true) {
    if (lookAt(store)) moveAside(root, store);
    files.set(evidencePath(plugin.evidence), content.evidence);
    await stageTree(root, store, { files, links: new Map(), signal: content.signal });
    return;
  }
  repair(root, store, { drift: compareFiles(store, plugin), files });
  storeEvidence(root, plugin, content.evidence);
}

/** Adds an evidence file to a store directory, unless it is there with the right bytes. */
export function storeEvidence(
  root: CheckedRoot,
  plugin: PluginReceipt,
  evidence: Uint8Array,
): void {
  const store = storePath(root.path, plugin.layerDigest);
  const path = evidencePath(plugin.evidence);
  if (hashFile(join(store, path), MAX_EVIDENCE_BYTES) === hexOf(plugin.evidence)) return;
  ensureDirectories(root, store, [path]);
  replaceFile(root, join(store, path), evidence);
}

interface Repair {
  readonly drift: readonly Drift[];
  readonly files: ReadonlyMap<string, ByteSource>;
}

function repair(root: CheckedRoot, store: string, { drift, files }: Repair): void {
  for (const { path, problem } of drift) {
    const isFile = files.has(path);
    if (problem === 'extra' || (!isFile && (problem === 'link' || problem === 'changed')))
      moveAside(root, join(store, path));
    if (!isFile && problem === 'mode')
      root.files.setDirectoryMode(join(store, path), DIRECTORY_MODE);
  }
  const broken = drift.map(({ path }) => path).filter((path) => files.has(path));
  ensureDirectories(root, store, broken);
  for (const path of broken) {
    const bytes = files.get(path);
    if (bytes) replaceFile(root, join(store, path), bytes);
  }
}

function replaceFile(root: CheckedRoot, path: string, bytes: ByteSource): void {
  const aside = temporaryPath(root.path, 'file');
  root.files.writeFile(aside, bytes, FILE_MODE);
  // rename(2) replaces files and links in one step, but no directory.
  if (lookAt(path)?.isDirectory() === true) moveAside(root, path);
  root.files.rename(aside, path);
  root.files.syncDirectory(dirname(path));
}
