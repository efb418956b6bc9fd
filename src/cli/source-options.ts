import { Option, type Command } from 'commander';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { readKongRelease, type KongRelease } from '../plugin/kong-release.ts';
import type { SourceOptions } from '../workflows/inspect-source.ts';
import { addLimitOptions, limitsOf, type LimitFlags } from './shared-options.ts';

export interface SourceFlags extends LimitFlags {
  readonly plugin?: string;
  readonly version?: string;
  readonly kongVersion?: KongRelease;
}

/** Of the commands that take one plugin or every one of a repository. */
export interface AllFlags extends SourceFlags {
  readonly all?: true;
}

/** @throws KongcrateError USAGE: one plugin and all of them */
export function wantsAll({ all, plugin }: AllFlags): boolean {
  if (all !== true || plugin === undefined) return all === true;
  throw new KongcrateError('USAGE', `--all takes every plugin, and --plugin ${plugin} one`, {
    remedy: 'Give one of them.',
  });
}

/** What to take for name and version where a source does not say it. */
export function addSourceOptions(command: Command): void {
  command
    .option('--plugin <name>', 'which plugin of several; its name, or the name it must have')
    .option('--version <version>', 'the version, where neither rockspec nor handler has one')
    .addOption(
      new Option(
        '--kong-version <version>',
        'the Kong it is meant for, such as 2.8 (3.9)',
      ).argParser(readKongRelease),
    );
  addLimitOptions(command);
}

export function sourceOf(flags: SourceFlags): SourceOptions {
  return {
    limits: limitsOf(flags),
    ...(flags.plugin === undefined ? {} : { name: flags.plugin }),
    ...(flags.version === undefined ? {} : { version: flags.version }),
    ...(flags.kongVersion === undefined ? {} : { release: flags.kongVersion }),
  };
}
