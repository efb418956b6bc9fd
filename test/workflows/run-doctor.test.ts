import { appendFileSync, chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { checkInstallRoot } from '../../src/install/install-root.ts';
import { installPlugins } from '../../src/install/install-plugins.ts';
import { writeStateFile } from '../../src/install/state-file.ts';
import { realPathOf } from '../../src/install/real-path.ts';
import {
  runDoctor,
  type DoctorOptions,
  type DoctorReport,
} from '../../src/workflows/run-doctor.ts';
import { makeSend } from '../http/make-send.ts';
import { expectError } from '../support/expect-error.ts';
import { listTree } from '../support/list-tree.ts';
import { compareVersions, makeInstallable, UNSIGNED } from '../support/make-installable.ts';
import { openDirectory } from '../support/stand-in-kong/start-kong.ts';

const send = makeSend();
let base: string;
const at = (path: string): string => join(base, path);

beforeEach(async () => {
  base = openDirectory();
  const installable = makeInstallable({ name: 'canary', version: '1.0.0' });
  await installPlugins({ luaRoot: at('lua') }, [installable], { compareVersions });
  mkdirSync(at('prefix'));
  configure('canary');
});

function configure(plugins: string): void {
  const quiet = 'admin_listen = off\nstatus_listen = off\n';
  writeFileSync(
    at('kong.conf'),
    `plugins = ${plugins}\nlua_package_path = ${at('lua')}/?.lua;;\n${quiet}`,
  );
}

function doctor(options: Partial<DoctorOptions> = {}): Promise<DoctorReport> {
  const [prefix, kongConf] = [at('prefix'), at('kong.conf')];
  return runDoctor({
    ...{ prefix, kongConf, environment: {}, send, root: { luaRoot: at('lua') } },
    ...options,
  });
}

const codes = ({ findings }: DoctorReport): readonly string[] => findings.map(({ code }) => code);

const HANDLER = 'lua/kong/plugins/canary/handler.lua';

describe('what kongcrate can mend without a risk', () => {
  it.each<readonly [string, () => void]>([
    [
      'list-mangled',
      () => {
        configure('"canary",');
      },
    ],
    [
      'link-missing',
      () => {
        rmSync(at('lua/kong/plugins/canary'));
      },
    ],
    [
      'closed-to-workers',
      () => {
        chmodSync(at(HANDLER), 0o600);
      },
    ],
    [
      'closed-to-workers',
      () => {
        chmodSync(at('lua/kong/plugins/canary'), 0o700);
      },
    ],
    [
      'closed-to-workers',
      () => {
        chmodSync(at('lua/.kongcrate/generations/1'), 0o700);
      },
    ],
    [
      'modes-differ',
      () => {
        chmodSync(at(HANDLER), 0o664);
      },
    ],
  ])('%s: found without a change, mended with --fix, then as it was', async (code, damage) => {
    expect(await doctor()).toMatchObject({
      findings: [],
      unread: [],
      mended: [],
      isRunning: false,
    });
    const whole = listTree(base);
    damage();
    const damaged = listTree(base);
    expect(codes(await doctor())).toEqual([code]);
    expect(listTree(base)).toEqual(damaged);
    const { findings, mended } = await doctor({ fix: true });
    expect(findings).toEqual([]);
    expect(mended.map((finding) => finding.code)).toEqual([code]);
    expect(listTree(base)).toEqual(whole);
    if (code === 'list-mangled')
      expect(readFileSync(at('kong.conf'), 'utf8')).toMatch(/^plugins = canary\nlua_package_path/);
  });

  it('leaves alone what is not its own', async () => {
    chmodSync(at('lua/kong'), 0o700);
    const before = listTree(base);
    const { findings, mended } = await doctor({ fix: true });
    expect(findings).toMatchObject([
      { code: 'closed-to-workers', fix: `chmod a+x ${at('lua/kong')}` },
    ]);
    expect(mended).toEqual([]);
    expect(listTree(base)).toEqual(before);
  });
});

describe('what is installed', () => {
  it('is held against its receipt; leftovers of LuaRocks do not count', async () => {
    writeFileSync(at('lua/kong/plugins/canary/handler.lua~'), '');
    expect(codes(await doctor())).toEqual([]);
    appendFileSync(at(HANDLER), '--');
    const { findings } = await doctor();
    const { digest } = makeInstallable({ name: 'canary', version: '1.0.0' }).subject.reference
      .descriptor;
    expect(findings).toMatchObject([
      {
        code: 'files-differ',
        evidence: ['changed: kong/plugins/canary/handler.lua'],
        fix: `kongcrate install registry.example/acme/canary@${digest}`,
      },
    ]);
    rmSync(at(HANDLER));
    expect(codes(await doctor())).toEqual(['files-differ']);
    const again = makeInstallable({ name: 'canary', version: '1.0.0' });
    await installPlugins({ luaRoot: at('lua') }, [again], { compareVersions });
    expect(codes(await doctor())).toEqual([]);
  });

  it('has something of others in the place of its link', async () => {
    rmSync(at('lua/kong/plugins/canary'));
    mkdirSync(at('lua/kong/plugins/canary'));
    const { findings } = await doctor();
    expect(findings).toMatchObject([
      {
        code: 'files-differ',
        fix: expect.stringContaining('Move kong/plugins/canary away') as string,
      },
    ]);
  });

  it('is not signed, or failed when it was activated', async () => {
    const request = makeInstallable({ name: 'second', version: '1.1.0', trust: UNSIGNED });
    await installPlugins({ luaRoot: at('lua') }, [request], { compareVersions });
    const note = { since: '2026-02-03T04:05:06.000Z', reason: 'it did not load' };
    const quarantined = new Map([[request.subject.reference.descriptor.digest, note]]);
    const records = {
      holds: new Map(),
      staged: [],
      quarantined,
      served: new Map(),
      locks: new Map(),
    };
    writeStateFile(checkInstallRoot({ luaRoot: at('lua') }), records);
    const { findings } = await doctor();
    expect(findings.map(({ code, severity }) => [code, severity])).toEqual([
      ['unsigned', 'warning'],
      ['quarantined', 'warning'],
    ]);
    expect(findings[1]?.cause).toContain('it did not load');
    const signed = makeInstallable({ name: 'second', version: '1.2.0' });
    await installPlugins({ luaRoot: at('lua') }, [signed], { compareVersions });
    expect(codes(await doctor())).toEqual([]);
  });

  it('cannot be told where the receipt is damaged', async () => {
    const receipt = at('lua/.kongcrate/generations/1/receipt.json');
    const text = readFileSync(receipt);
    writeFileSync(receipt, '{');
    const { findings } = await doctor();
    expect(findings).toMatchObject([{ code: 'state-damaged', severity: 'error' }]);
    expect(findings[0]?.cause).toContain(realPathOf(receipt));
    writeFileSync(receipt, text);
    expect(codes(await doctor())).toEqual([]);
  });

  it('may be nothing, below a root that is not there', async () => {
    configure('bundled');
    expect(codes(await doctor({ root: { luaRoot: at('none') } }))).toEqual([]);
  });
});

it('refuses a kong.conf that decides and cannot be read', () =>
  expectError(() => doctor({ kongConf: base }), 'SOURCE_UNREADABLE'));
