import { Option, type Command } from 'commander';
import { followReference } from '../workflows/lock/follow-reference.ts';
import { followTags as followAllTags } from '../workflows/lock/follow-tags.ts';
import { followFile, type LockSource } from '../workflows/lock/lock-source.ts';
import type { ResolveOptions } from '../workflows/lock/resolve-plugin.ts';

export interface LockSourceFlags {
  readonly lockRef?: string;
  readonly followTags?: true;
}

/** What is followed in place of the lock beside the file. */
export function addLockSourceOptions(command: Command): void {
  command
    .option('--lock-ref <ref>', 'the lock that publish put under this tag')
    .addOption(
      new Option('--follow-tags', 'go by the tags of the file, and no lock').conflicts('lockRef'),
    );
}

export function lockSourceOf(
  { lockRef, followTags }: LockSourceFlags,
  options: ResolveOptions,
): LockSource {
  if (lockRef !== undefined) return followReference(lockRef, options);
  return followTags ? followAllTags(options) : followFile;
}
