import { beforeAll, expect, it } from 'vitest';
import { makeKey } from '../signing/support.ts';
import { startDockerRegistry } from '../support/docker-registry.ts';
import {
  FAULT_KINDS,
  startFaultProxy,
  type FaultKind,
  type FaultProxy,
} from '../support/fault-proxy.ts';
import { describeWithPeers } from '../support/peers.ts';
import { faultCommands, type FaultCommand } from './faults/fault-commands.ts';
import { runFaultCell } from './faults/run-fault-cells.ts';

/** What ends with a time-out: a request whose answer is late is not sent again. */
const SLOW: readonly FaultKind[] = ['stall', 'slow drip'];

describeWithPeers(['docker-registry'], 'a registry behind a bad network', () => {
  let proxy: FaultProxy;
  let commands: readonly FaultCommand[];

  beforeAll(async () => {
    const { host } = await startDockerRegistry();
    proxy = await startFaultProxy(host);
    commands = faultCommands(await makeKey());
  });

  // Each kind at another request of one command, once and always in turn; the soak has all cells.
  it.each(FAULT_KINDS)('%s: what was begun ends whole', async (kind) => {
    const index = FAULT_KINDS.indexOf(kind);
    const command = commands[index % 2];
    if (!command) throw new Error('there are no commands');
    const at = (index * 7) % (command.name === 'publish' ? 19 : 5);
    const times = index % 4 < 2 ? 'once' : 'always';
    const hasSucceeded = await runFaultCell({ command, kind, at, times }, proxy);
    if (times === 'once' && !SLOW.includes(kind)) expect(hasSucceeded, command.name).toBe(true);
  });

  // What the other two never send in this way: signatures read, and all written, by one command.
  it('copy ends whole: reading a blob, listing a bundle, setting the tag', async () => {
    const command = commands.find(({ name }) => name === 'copy');
    if (!command) throw new Error('there is no command copy');
    for (const [kind, at, times] of [
      ['truncation', 'GET blob', 'once'],
      ['503', 'PUT fallback', 'always'],
      ['answer lost', 'PUT tag', 'always'],
    ] as const) {
      const hasSucceeded = await runFaultCell({ command, kind, at, times }, proxy);
      if (times === 'once') expect(hasSucceeded, at).toBe(true);
    }
  });
});
