import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { describeWithPeers, peer } from '../support/peers.ts';
import { run } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

describeWithPeers(['docker-registry', 'crane', 'oras'], 'real programs', () => {
  it('pass content from one to another through a registry that keeps it over a restart', async () => {
    const directory = temporaryDirectory();
    const files = temporaryDirectory();
    writeFileSync(join(files, 'handler.lua'), 'return {}');
    const first = await startDockerRegistry({ directory });
    const push = ['push', '--plain-http', `${first.host}/acme/plugin:1.0.0`, 'handler.lua'];
    expect(await run(peer('oras'), push, { cwd: files })).toMatchObject({ status: 0 });
    await first.stop();
    await expect(fetch(`http://${first.host}/v2/`)).rejects.toThrow();

    const second = await startDockerRegistry({ directory });
    expect(await run(peer('crane'), ['ls', `${second.host}/acme/plugin`])).toMatchObject({
      status: 0,
      stdout: '1.0.0\n',
    });
  });
});

describeWithPeers(['python3'], 'a program that tests run', () => {
  const python = (code: string, input?: string) =>
    run(peer('python3'), ['-c', code], input === undefined ? {} : { input });

  it('sees PATH and an empty HOME, and nothing else of the environment', async () => {
    const seen = await python(
      'import os; print(sorted(os.environ), os.listdir(os.environ["HOME"]))',
    );
    expect(seen.stdout).not.toContain('NODE_EXTRA_CA_CERTS');
    expect(seen.stdout).toMatch(/'HOME'.*'PATH'.*\[\]\n$/);
  });

  it('gets its input, and may end without reading it', async () => {
    expect((await python('print(input())', 'hello\n')).stdout).toBe('hello\n');
    expect((await python('pass', 'x'.repeat(1 << 20))).status).toBe(0);
  });

  it('is reported with its status, its signal, or as missing', async () => {
    expect(await python('raise SystemExit(7)')).toMatchObject({ status: 7, signal: null });
    const killed = await python('import os, signal; os.kill(os.getpid(), signal.SIGKILL)');
    expect(killed).toMatchObject({ status: null, signal: 'SIGKILL' });
    await expect(run('/no/such/program', [])).rejects.toThrow('ENOENT');
  });
});
