import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeSnapshot, type ContentSnapshot } from '../content/content-snapshot.ts';
import { errnoOf } from '../errors/kongcrate-error.ts';
import { digestOf } from '../reference/digest.ts';
import { asInstallFailure, damagedState } from './install-failure.ts';
import { realPathOf, type InstallRoot } from './install-root.ts';
import { evidencePath, storePath } from './node-paths.ts';
import type { PluginReceipt } from './receipt.ts';

/**
 * The exact bytes on which the decision to install a plugin rested, to be judged again. That they
 * are unchanged is all that is said of them here. Writes nothing and takes no mutex.
 * @throws KongcrateError INSTALL_FAILED when the file is missing or changed; CONTENT_INVALID
 */
export function readEvidence(root: InstallRoot, plugin: PluginReceipt): ContentSnapshot {
  const store = storePath(realPathOf(root.luaRoot), plugin.layerDigest);
  const path = join(store, evidencePath(plugin.evidence));
  const bytes = readWhole(path);
  if (digestOf(bytes) !== plugin.evidence) throw damagedState(path, 'was changed', REMEDY);
  return decodeSnapshot(bytes);
}

const REMEDY = 'Install the plugin again from its registry or layout.';

function readWhole(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') throw damagedState(path, 'is missing', REMEDY);
    throw asInstallFailure(error);
  }
}
