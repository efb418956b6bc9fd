import { expect } from 'vitest';
import { KongcrateError } from '../../../src/errors/kongcrate-error.ts';
import type { FaultKind, FaultProxy } from '../../support/fault-proxy.ts';
import type { FaultCommand, PreparedCommand } from './fault-commands.ts';

/** One fault at one request of a command. */
export interface FaultCell {
  readonly command: FaultCommand;
  readonly kind: FaultKind;
  /**
   * Which request, counted from 0, or of which kind the first one; those of its kind that follow
   * fail too where it is `always`.
   */
  readonly at: number | string;
  readonly times: 'once' | 'always';
}

/** The exit codes that say: the registry's, or the network's, fault. */
const NETWORK_EXITS = [4, 6];

let repositories = 0;

async function prepareAnew(command: FaultCommand, proxy: FaultProxy): Promise<PreparedCommand> {
  repositories += 1;
  proxy.start();
  return command.prepare(`${proxy.host}/acme/plugin-${repositories}`);
}

/** What a command sends while nothing goes wrong. */
export async function listRequests(
  command: FaultCommand,
  proxy: FaultProxy,
): Promise<readonly string[]> {
  const prepared = await prepareAnew(command, proxy);
  proxy.start();
  await prepared.run();
  const requests = proxy.seen.map(({ what }) => what);
  await prepared.expectWhole(true);
  return requests;
}

/**
 * Runs a command through one fault, and demands that it succeeds, or ends with 4 or 6 and a remedy,
 * and that what it was to change is whole in both cases.
 * @returns whether it succeeded
 */
export async function runFaultCell(cell: FaultCell, proxy: FaultProxy): Promise<boolean> {
  const { command, kind, at, times } = cell;
  const prepared = await prepareAnew(command, proxy);
  let struck: string | undefined;
  proxy.start((request) => {
    const isChosen = struck === undefined && (request.at === at || request.what === at);
    if (isChosen) struck = request.what;
    const isStruck = isChosen || (times === 'always' && request.what === struck);
    return isStruck ? { kind } : undefined;
  });
  const name = `${command.name}, ${kind} at request ${at} (${times})`;
  const error = await failureOf(prepared);
  if (error !== undefined) {
    if (!(error instanceof KongcrateError)) throw new Error(name, { cause: error });
    expect(NETWORK_EXITS, `${name}: ${error.code} ${error.message}`).toContain(error.exitCode);
    expect(error.remedy, name).not.toBe('');
  }
  expect(struck, `${name} struck nothing`).toBeDefined();
  proxy.start();
  await prepared.expectWhole(error === undefined).catch((cause: unknown) => {
    throw new Error(`${name} left something half: ${String(error)}`, { cause });
  });
  return error === undefined;
}

async function failureOf(prepared: PreparedCommand): Promise<unknown> {
  try {
    await prepared.run();
    return undefined;
  } catch (error) {
    return error;
  }
}
