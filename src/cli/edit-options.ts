import type { Command } from 'commander';
import type { EditOptions } from '../workflows/edit-kong-conf.ts';
import type { Context } from './context.ts';
import { addKongOptions, kongOf, type KongFlags } from './kong-options.ts';

export interface EditFlags extends KongFlags {
  readonly create?: true;
  readonly dryRun?: true;
}

/** Which kong.conf is edited, and how. */
export function addEditOptions(command: Command): void {
  addKongOptions(command);
  command
    .option('--create', 'make the kong.conf where there is none')
    .option('--dry-run', 'show the lines that would go and come, change nothing');
}

export function editOptionsOf(flags: EditFlags, context: Context): EditOptions {
  const { create, dryRun } = flags;
  return {
    ...kongOf(flags, context),
    ...(create ? { create } : {}),
    ...(dryRun ? { dryRun } : {}),
  };
}
