import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startServer } from '../http/start-server.ts';
import { ISSUER, makeBundle, makeRoot, SUBJECT } from '../signing/keyless.ts';
import { kongcrate } from '../support/must-succeed.ts';
import { runKongcrate } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { TufRepository } from '../support/tuf-repository.ts';

const directory = temporaryDirectory();
const at = (name: string): string => join(directory, name);
const output = at('trusted-root.json');
const repository = new TufRepository(Buffer.from(JSON.stringify(makeRoot())));
let update: readonly string[];

beforeAll(async () => {
  const mirror = await startServer((request, response) => {
    const file = repository.files.get((request.url ?? '').replace(/^\/tuf/, ''));
    response.writeHead(file ? 200 : 404).end(file);
  });
  writeFileSync(at('root.json'), repository.root(1));
  const address = new URL('tuf', mirror).href;
  update = ['trust-root', 'update', '-o', output, '--mirror', address, '--root', at('root.json')];
});

async function fail(...args: readonly string[]): Promise<{ status: number | null; code: string }> {
  const { status, stdout, stderr } = await runKongcrate([...args, '--json']);
  expect(stdout).toBe('');
  const { error } = JSON.parse(stderr) as { error: { code: string } };
  return { status, code: error.code };
}

describe('trust-root update', () => {
  it('writes a file that verify takes, and says what it is', async () => {
    const { stdout, stderr } = await runKongcrate(update);
    expect(stdout).toMatch(/^updated: .*\ndigest: sha256:[0-9a-f]{64}\nfrom: http:.*\/tuf\/, 20/);
    expect(stdout).toContain('versions: root 1, timestamp 1, snapshot 1, targets 1\n');
    expect(stdout).toContain('changes to the root inside this package:\n');
    expect(stdout).toMatch(/\n {2}\+ transparency logs: https:\/\/log\.example sha256:/);
    expect(stderr).toContain(`give --trusted-root ${output}`);
    writeFileSync(at('plugin'), 'a plugin\n');
    writeFileSync(at('bundle'), makeBundle({ file: Buffer.from('a plugin\n') }));
    const judge = ['verify', at('plugin'), '--bundle', at('bundle'), '--trusted-root', output];
    const identity = ['--certificate-identity', SUBJECT, '--certificate-oidc-issuer', ISSUER];
    expect(await kongcrate([...judge, ...identity])).toMatch(/^trusted: /);
  });

  it('shows of the file what is shown of the one inside the package', async () => {
    const text = await kongcrate(['trust-root', 'show', '--trusted-root', output]);
    expect(text.split('\n')[0]).toMatch(/trusted-root\.json, from 20\d\d-\d\d-\d\d$/);
    const same = JSON.parse(await kongcrate([...update, '--json'])) as object;
    expect(same).toMatchObject({ isWritten: false, comparedWith: 'file', changes: [] });
  });

  it('exits 12 for what is older or expired, and keeps the file', async () => {
    const before = readFileSync(output);
    repository.release({ target: Buffer.from('{}'), timestampExpires: '2020-01-01T00:00:00Z' });
    expect(await fail(...update)).toEqual({ code: 'TRUST_ROOT_REFUSED', status: 12 });
    expect(readFileSync(output)).toEqual(before);
  });

  it.each([
    ['USAGE', 2, ['update']],
    ['USAGE', 2, ['update', '-o', at('x'), '--trusted-root', at('y')]],
    ['USAGE', 2, ['update', '-o', at('x'), '--mirror', 'x']],
    ['USAGE', 2, ['show', '-o', at('x')]],
    ['USAGE', 2, ['show', '--mirror', 'https://tuf.example']],
    ['USAGE', 2, ['initialize']],
    ['SOURCE_UNREADABLE', 2, ['update', '-o', at('x'), '--root', at('no')]],
    [
      'NETWORK_FAILED',
      6,
      ['update', '-o', at('x'), '--retries', '1', '--mirror', 'http://127.0.0.1:9'],
    ],
  ] as const)('%s, exit %i: %j', async (code, status, args) => {
    expect(await fail('trust-root', ...args)).toEqual({ code, status });
    expect(existsSync(at('x'))).toBe(false);
  });
});
