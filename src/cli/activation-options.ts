import { Option, type Command } from 'commander';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { ConfirmOptions } from '../kong/activation/confirm-reload.ts';
import type { ActivationOptions } from '../workflows/activation/activation-options.ts';
import type { Call } from './action.ts';
import type { Context } from './context.ts';
import {
  addKongOptions,
  addNodeServerOptions,
  askingOf,
  nodePlaceOf,
  type NodeServerFlags,
} from './kong-options.ts';
import { count } from './shared-options.ts';

export interface ActivationFlags {
  readonly activateTimeout?: number;
  readonly probe?: string;
  readonly probeFor?: number;
}

/** When a reload counts as done. */
export function addActivationOptions(command: Command): void {
  command
    .option('--activate-timeout <seconds>', 'longest wait until the node serves (30)', count)
    .option('--probe <url|cmd>', 'what has to succeed as well: a URL, or a command for sh -c')
    .option('--probe-for <seconds>', 'how long it has to (once)', count);
}

/** @throws KongcrateError USAGE */
export function activationOf(
  { activateTimeout, probe, probeFor }: ActivationFlags,
  { environment }: Context,
): Pick<ConfirmOptions, 'timeoutMs' | 'probe'> {
  if (probeFor !== undefined && probe === undefined)
    throw new KongcrateError('USAGE', '--probe-for says how long, and nothing says what', {
      remedy: 'Give --probe too, or leave out --probe-for.',
    });
  const target = probe === undefined ? undefined : targetOf(probe);
  return {
    ...(activateTimeout === undefined ? {} : { timeoutMs: activateTimeout * 1000 }),
    ...(target === undefined
      ? {}
      : { probe: { target, holdMs: (probeFor ?? 0) * 1000, environment } }),
  };
}

/** What begins as an address is no command: it would fail, and a good change with it. */
function targetOf(probe: string): URL | string {
  if (!/^https?:\/\//i.test(probe)) return probe;
  const url = URL.canParse(probe) ? new URL(probe) : undefined;
  if (url?.username === '' && url.password === '') return url;
  throw new KongcrateError('USAGE', '--probe is no address without user and password', {
    remedy: "Mend the address, or give a command: --probe 'curl -fsS …'.",
  });
}

export interface NodeActivationFlags extends NodeServerFlags, ActivationFlags {
  readonly declarativeConfig?: string;
}

/** Which Kong loads the plugins, and how it is seen that it serves them. */
export function addNodeActivationOptions(command: Command): void {
  addKongOptions(command);
  addNodeServerOptions(command);
  addActivationOptions(command);
  const what = "configuration for Kong to judge beforehand, in place of the node's own";
  command.option('--declarative-config <file>', what);
}

/** For commands that change files, and could do without Kong. */
export function addNoActivateOption(command: Command): void {
  command.addOption(
    new Option(
      '--no-activate',
      'change the files alone and leave a running Kong as it is',
    ).conflicts(['activateTimeout', 'probe', 'declarativeConfig']),
  );
}

/** @throws KongcrateError USAGE */
export function nodeActivationOf(flags: NodeActivationFlags, call: Call): ActivationOptions {
  const { declarativeConfig } = flags;
  return {
    place: nodePlaceOf(flags, call.context),
    send: askingOf(flags, call).send,
    ...activationOf(flags, call.context),
    ...(declarativeConfig === undefined ? {} : { declarativeConfig }),
    onNote: call.warn,
  };
}
