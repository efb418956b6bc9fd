import type { Command } from 'commander';
import type { SourceOptions } from '../workflows/inspect-source.ts';
import { addLimitOptions, limitsOf, type LimitFlags } from './shared-options.ts';

export interface SourceFlags extends LimitFlags {
  readonly plugin?: string;
  readonly version?: string;
}

/** What to take for name and version where a source does not say it. */
export function addSourceOptions(command: Command): void {
  command
    .option('--plugin <name>', "the plugin's name, or the name it must have")
    .option('--version <version>', 'the version, where neither rockspec nor handler has one');
  addLimitOptions(command);
}

export function sourceOf(flags: SourceFlags): SourceOptions {
  return {
    limits: limitsOf(flags),
    ...(flags.plugin === undefined ? {} : { name: flags.plugin }),
    ...(flags.version === undefined ? {} : { version: flags.version }),
  };
}
