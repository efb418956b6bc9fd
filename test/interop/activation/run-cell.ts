import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { listTree } from '../../support/list-tree.ts';
import { kongcrate } from '../../support/must-succeed.ts';
import { runKongcrate, type RunResult } from '../../support/run.ts';
import type { Answer } from '../../support/stand-in-kong/ask.ts';
import type { ContinuousClient } from '../../support/stand-in-kong/continuous-client.ts';
import { until } from '../../support/stand-in-kong/eventually.ts';
import type { KongNode } from '../../support/stand-in-kong/kong-node.ts';
import type { NodeStatus } from '../../../src/workflows/read-status.ts';
import { settingsOf } from '../../workflows/activation/support.ts';
import type { StartedCell } from './start-cell.ts';

/** What can be seen of a node from outside. */
export interface Sight {
  /** kong.conf, `.kong_env` and what Kong generated, byte for byte. */
  readonly settings: Readonly<Record<string, string>>;
  /** What Kong finds below its Lua root. */
  readonly modules: readonly string[];
  readonly workers: readonly number[];
  readonly status: NodeStatus;
}

export interface Outcome extends StartedCell {
  readonly result: RunResult;
  readonly before: Sight;
  readonly after: Sight;
  /** What a client got that asked all the time. */
  readonly answers: readonly Answer[];
  /** Of those, what came when the command had ended. */
  readonly lastAnswers: readonly Answer[];
  /** Requests that got no answer at all. */
  readonly dropped: readonly string[];
  readonly isTransactionOpen: boolean;
}

const ANSWERS_AFTERWARDS = 20;

/** Runs a cell's command while a client asks the node all the time. */
export async function runCell(started: StartedCell): Promise<Outcome> {
  const { kong, args, env } = started;
  const before = await look(kong);
  const client = kong.continuousClient();
  await atLeast(client, 1);
  const result = await runKongcrate(args, { env });
  const during = client.answers.length;
  await atLeast(client, during + 1 + ANSWERS_AFTERWARDS);
  await client.stop();
  const after = await look(kong);
  const isTransactionOpen = existsSync(join(kong.prefix, '.kongcrate'));
  return {
    ...{ ...started, result, before, after, isTransactionOpen },
    answers: client.answers,
    // The first of them may have been asked before.
    lastAnswers: client.answers.slice(during + 1),
    dropped: client.failures.filter((failure) => !/^\d+$/.test(failure)),
  };
}

async function atLeast(client: ContinuousClient, count: number): Promise<void> {
  await until(() => client.answers.length >= count);
}

async function look(kong: KongNode): Promise<Sight> {
  const { luaRoot } = kong.parts;
  const status = await kongcrate(['status', '--json', '--lua-root', luaRoot]);
  return {
    settings: settingsOf(kong),
    modules: listTree(join(luaRoot, 'kong')),
    workers: kong.workerPids(),
    status: JSON.parse(status) as NodeStatus,
  };
}
