import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Meter } from '../../bench/lab/meter.ts';
import { describeWithPeers } from '../support/peers.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

// statfs(2)
const TMPFS = 0x01021994;

describeWithPeers(['python3'], 'the meter', () => {
  const meter = new Meter();
  const shell = (script: string): { command: string[]; env: Record<string, string> } => ({
    command: ['/bin/sh', '-c', script],
    env: { NAME: 'value' },
  });

  afterAll(() => {
    meter.stop();
  });

  it('says what each command printed, which sees the given environment only', async () => {
    const { printed } = await meter.runAll([shell('echo $NAME$HOME'), shell('echo b')], 2);
    expect(printed).toEqual(['value\n', 'b\n']);
  });

  it('counts what the largest process of a command held', async () => {
    const hold = (bytes: number): string =>
      `"${process.execPath}" -e 'Buffer.alloc(${bytes}, 1)'; true`;
    const little = await meter.run(shell(hold(1)));
    const much = await meter.run(shell(hold(200 << 20)));
    expect(much.peakBytes - little.peakBytes).toBeGreaterThan(190 << 20);
    expect(little.cpuMs).toBeGreaterThan(0);
  });

  it.skipIf(statfsSync(tmpdir()).type === TMPFS)('counts what went to a disk', async () => {
    const file = join(temporaryDirectory(), 'file');
    const { writtenBytes } = await meter.run(shell(`head -c 8388608 /dev/zero >${file}`));
    expect(writtenBytes).toBeGreaterThanOrEqual(8 << 20);
    expect(writtenBytes).toBeLessThan(9 << 20);
  });

  it('throws what a command that fails wrote to stderr', async () => {
    await expect(meter.run(shell('echo broken >&2; exit 3'))).rejects.toThrow(
      'ended with 3:\nbroken',
    );
    await expect(meter.run(shell('kill -9 $$'))).rejects.toThrow('ended with -9');
  });
});
