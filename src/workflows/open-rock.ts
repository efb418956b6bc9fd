import type { ArchiveLimits } from '../archive/archive-limits.ts';
import { encodeTar } from '../archive/encode-tar.ts';
import { readZip } from '../archive/read-zip.ts';
import { readRock } from '../plugin/rock/read-rock.ts';
import type { OpenedArchive } from './open-archive.ts';

/**
 * Reads a rock of LuaRocks. Its layer is not compressed, so that every Node.js makes the same bytes
 * when a node judges the file again.
 * @throws KongcrateError ARCHIVE_REFUSED, PLUGIN_REFUSED
 */
export async function openRock(bytes: Uint8Array, limits?: ArchiveLimits): Promise<OpenedArchive> {
  const plan = readZip(bytes, limits);
  const modules = readRock(plan.files).modules.map((file) => ({
    path: file.path.slice('lua/'.length),
    bytes: file.bytes,
  }));
  return { kind: 'rock', layer: await encodeTar(modules), plan };
}
