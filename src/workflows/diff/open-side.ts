import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readSpooledArchive } from '../../archive/read-archive.ts';
import type { ArchivedFile } from '../../content/extraction-plan.ts';
import type { InstallablePlugin } from '../../content/installable-plugin.ts';
import { isLayoutReference } from '../../reference/reference.ts';
import type { RockspecFacts } from '../../plugin/rockspec.ts';
import { readInstallable } from '../../plugin/read-installable.ts';
import { examineSource } from '../inspect-source.ts';
import { orRefused, readRockspecOf } from '../inspect-content.ts';
import {
  openArchive,
  openArtifacts,
  type OpenArchiveOptions,
  type OpenedArchive,
  type SpooledArchiveOptions,
} from '../open-archive.ts';
import { openForReading } from '../open-for-reading.ts';
import { openPinned, type OpenOptions } from '../open-store.ts';
import { kindOfPath } from '../read-source-tree.ts';

export interface DiffOptions extends OpenArchiveOptions, Omit<OpenOptions, 'as'> {
  /** Which plugin of a directory that has several. */
  readonly name?: string;
}

export interface DiffSide {
  /** As it was named. */
  readonly target: string;
  readonly kind: 'source' | 'archive' | 'artifact';
  /** Every file that it holds. */
  readonly files: readonly ArchivedFile[];
  /** What a node would get of it; absent where it is no plugin that a node takes. */
  readonly plugin?: Pick<InstallablePlugin, 'name' | 'version' | 'priority' | 'files'>;
  readonly rockspec?: RockspecFacts;
  /** Of the manifest, where there is one. */
  readonly annotations?: Readonly<Record<string, string>>;
}

type SideOptions = DiffOptions & SpooledArchiveOptions;

/**
 * Opens one side of a comparison. A directory is an OCI layout if it has the marker of one, else
 * the source of a plugin.
 * @throws KongcrateError as reading a source, an archive or a reference does
 */
export async function openSide(target: string, options: SideOptions): Promise<DiffSide> {
  if (isLayoutReference(target) || !existsSync(target)) return openReference(target, options);
  if (isSource(target)) return openSource(target, options);
  return describeArchive(target, await openArchive(target, options), options);
}

function isSource(path: string): boolean {
  if (kindOfPath(path) === 'file') return path.endsWith('.rockspec');
  return !existsSync(join(path, 'oci-layout'));
}

function openSource(target: string, options: SideOptions): DiffSide {
  const { name, handlerVersion, priority, files, rockspec } = examineSource(target, options);
  const version = handlerVersion === undefined ? {} : { version: handlerVersion };
  return {
    ...{ target, kind: 'source', files },
    plugin: { name, files, ...version, ...(priority === undefined ? {} : { priority }) },
    ...(rockspec && { rockspec }),
  };
}

async function openReference(target: string, options: SideOptions): Promise<DiffSide> {
  const { store, pinned } = await openPinned(target, options, openForReading);
  const opened = await openArtifacts(store, [pinned.descriptor], options);
  return { ...(await describeArchive(target, opened, options)), kind: 'artifact' };
}

async function describeArchive(
  target: string,
  { kind, layer, plan, annotations }: OpenedArchive,
  options: SideOptions,
): Promise<DiffSide> {
  const isRock = kind === 'rock';
  const installed = isRock ? await readSpooledArchive(layer, options) : plan;
  const plugin = await orRefused(() => readInstallable(installed, { allowBundledName: true }));
  const rockspec = await orRefused(() => readRockspecOf(plan.files, isRock));
  return {
    ...{ target, kind: 'archive', files: installed.files },
    ...(plugin && { plugin }),
    ...(rockspec && { rockspec }),
    ...(annotations && { annotations }),
  };
}

/** What no node would take as a plugin is compared as it is. */
export function filesToCompare(
  { files: before, plugin: one }: DiffSide,
  { files: after, plugin: other }: DiffSide,
): readonly [before: readonly ArchivedFile[], after: readonly ArchivedFile[]] {
  return one && other ? [one.files, other.files] : [before, after];
}
