import { beforeAll, expect, it } from 'vitest';
import { makeKey } from '../signing/support.ts';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { FAULT_KINDS, startFaultProxy, type FaultProxy } from '../support/fault-proxy.ts';
import { describeWithPeers } from '../support/peers.ts';
import { count, report } from '../support/soak.ts';
import { faultCommands, type FaultCommand } from './faults/fault-commands.ts';
import { listRequests, runFaultCell } from './faults/run-fault-cells.ts';

describeWithPeers(['docker-registry'], 'every fault at every request', () => {
  let proxy: FaultProxy;
  let commands: readonly FaultCommand[];

  beforeAll(async () => {
    const { host } = await startDockerRegistry();
    proxy = await startFaultProxy(host);
    commands = faultCommands(await makeKey());
  });

  it.each(['publish', 'install', 'copy'])('%s ends whole', async (name) => {
    const command = commands.find((one) => one.name === name);
    if (!command) throw new Error(`there is no command ${name}`);
    const requests = await listRequests(command, proxy);
    let [cells, successes] = [0, 0];
    for (const kind of FAULT_KINDS)
      for (const at of requests.keys())
        for (const times of ['once', 'always'] as const) {
          const hasSucceeded = await runFaultCell({ command, kind, at, times }, proxy);
          cells += 1;
          successes += hasSucceeded ? 1 : 0;
        }
    report(
      `${name}: ${count(cells)} cells over ${requests.length} requests, ${count(successes)} succeeded`,
    );
    expect(cells).toBe(FAULT_KINDS.length * requests.length * 2);
  });
});
