import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Confirmation } from '../../../src/kong/activation/confirmation.ts';
import { confirmReload } from '../../../src/kong/activation/confirm-reload.ts';
import { observeNode } from '../../../src/kong/activation/observe-node.ts';
import type { KongNode as RunningKong } from '../../support/stand-in-kong/kong-node.ts';
import { reloadKong } from '../../support/stand-in-kong/reload-kong.ts';
import { openDirectory, startKong } from '../../support/stand-in-kong/start-kong.ts';
import { writePlugin } from '../../support/stand-in-kong/write-plugin.ts';
import { look, send } from './support.ts';

/** Reloads a data plane whose log tells of a crash of one of its processes, in nginx's words. */
async function confirmOver(
  kong: RunningKong,
  crashed: (pids: { readonly old: number; readonly young: number }) => number,
): Promise<Confirmation> {
  const node = look(kong);
  const before = await observeNode(node, { send });
  await reloadKong(kong);
  const [[old = 0], [young = 0]] = [before.workerPids, kong.workerPids()];
  const crash = `worker process ${crashed({ old, young })} exited on signal 11`;
  appendFileSync(
    join(kong.prefix, 'logs/error.log'),
    `2026/01/02 03:04:05 [alert] 7#0: ${crash}\n`,
  );
  const expected = { loaded: new Map([['canary', '1.0.0']]), absent: [] };
  return confirmReload(node, before, { send, expected });
}

it('fails where a new worker crashed, though another answers in its place', async () => {
  const luaRoot = openDirectory();
  writePlugin(luaRoot, 'canary');
  const kong = await startKong({ luaRoot, plugins: ['bundled', 'canary'], role: 'data-plane' });
  expect(await confirmOver(kong, ({ old }) => old)).toMatchObject({ outcome: 'confirmed' });
  expect(await confirmOver(kong, ({ young }) => young)).toMatchObject({
    outcome: 'failed',
    reason: expect.stringMatching(/worker process \d+ exited on signal 11/) as string,
  });
});
