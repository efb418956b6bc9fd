import { join } from 'node:path';
import { decodeSnapshot, type ContentSnapshot } from '../content/content-snapshot.ts';
import { digestOf } from '../reference/digest.ts';
import { asInstallFailure, damagedState } from './install-failure.ts';
import type { InstallRoot } from './install-root.ts';
import { lookAt } from './look-at.ts';
import { evidencePath, MAX_EVIDENCE_BYTES, storePath } from './node-paths.ts';
import { readPlainFile } from '../system/read-plain-file.ts';
import { realPathOf } from './real-path.ts';
import type { PluginReceipt } from './receipt.ts';

/**
 * The exact bytes on which the decision to install a plugin rested, to be judged again. That they
 * are unchanged is all that is said of them here. Writes nothing and takes no mutex.
 * @throws KongcrateError INSTALL_FAILED when the file is missing or changed; CONTENT_INVALID
 */
export function readEvidence(root: InstallRoot, plugin: PluginReceipt): ContentSnapshot {
  try {
    const store = storePath(realPathOf(root.luaRoot), plugin.layerDigest);
    return decodeSnapshot(readUnchanged(join(store, evidencePath(plugin.evidence)), plugin));
  } catch (error) {
    throw asInstallFailure(error);
  }
}

function readUnchanged(path: string, { evidence }: PluginReceipt): Buffer {
  const bytes = readPlainFile(path, MAX_EVIDENCE_BYTES);
  if (bytes && digestOf(bytes) === evidence) return bytes;
  const what = lookAt(path) ? 'was changed' : 'is missing';
  throw damagedState(path, what, 'Install the plugin again from its registry or layout.');
}
