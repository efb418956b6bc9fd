import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KongcrateError } from '../../../src/errors/kongcrate-error.ts';
import type { PrivateKey } from '../../../src/signing/private-key.ts';
import { holdPlugins } from '../../../src/workflows/hold-plugins.ts';
import { followFile } from '../../../src/workflows/lock/lock-source.ts';
import { readHistory } from '../../../src/workflows/read-history.ts';
import { readStatus } from '../../../src/workflows/read-status.ts';
import type { WatchHealth } from '../../../src/workflows/watch/watch-health.ts';
import { watchNode, type WatchOptions } from '../../../src/workflows/watch/watch-node.ts';
import { makeKey } from '../../signing/support.ts';
import { expectError } from '../../support/expect-error.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { Fleet } from '../lock/fleet.ts';
import { ScriptedClock } from './scripted-clock.ts';

let key: PrivateKey;
beforeAll(async () => {
  key = await makeKey();
});

let fleet: Fleet;
let root: { readonly luaRoot: string };
let healthFile: string;
let metricsFile: string;
beforeEach(() => {
  fleet = new Fleet(key);
  const directory = temporaryDirectory();
  root = { luaRoot: join(directory, 'lua') };
  healthFile = join(directory, 'health.json');
  metricsFile = join(directory, 'kongcrate.prom');
});

async function lock(version: string): Promise<void> {
  fleet.write([`reference: ${await fleet.publish({ name: 'alpha', version, key })}`]);
  await fleet.lock([], { allowDowngrade: true });
}

/** Watches with an interval of 100 s and a splay of 10 s, of which chance takes half. */
async function watch(
  script: readonly (() => unknown)[],
  options: Partial<WatchOptions> = {},
): Promise<{ readonly clock: ScriptedClock; readonly health: WatchHealth }> {
  const controller = new AbortController();
  const clock = new ScriptedClock(controller, script);
  const health = await watchNode({
    configuration: () => fleet.read(),
    source: followFile,
    ...{ root, clock, healthFile, metricsFile, signal: controller.signal },
    ...{ intervalMs: 100_000, splayMs: 10_000 },
    ...options,
  });
  return { clock, health };
}

const readHealth = (): WatchHealth => JSON.parse(readFileSync(healthFile, 'utf8')) as WatchHealth;
const version = (): string | undefined => readStatus(root).plugins[0]?.version;
const generation = (): number => readHistory(root).generations[0]?.generation ?? 0;

describe('sync --watch of a lock beside its file', () => {
  it('follows it, puts right what was changed, and does nothing where nothing is to be done', async () => {
    await lock('1.0.0');
    const handler = join(root.luaRoot, 'kong/plugins/alpha/handler.lua');
    const seen: unknown[] = [];
    const { clock, health } = await watch([
      () => {
        expect(readHealth()).toMatchObject({ state: 'waiting', rounds: { succeeded: 0 } });
      },
      () => {
        seen.push(version(), readHealth());
      },
      () => {
        seen.push(generation());
        rmSync(handler);
      },
      () => {
        expect(existsSync(handler)).toBe(true);
        return lock('1.1.0');
      },
      () => seen.push(version()),
    ]);
    expect(seen).toMatchObject([
      '1.0.0',
      {
        ...{ schemaVersion: 1, state: 'ok', generation: 1, changes: 1, failures: 0 },
        lastSuccessAt: '2026-01-01T00:00:05.000Z',
        nextRoundAt: '2026-01-01T00:01:50.000Z',
        plugins: [{ name: 'alpha', state: 'locked', version: '1.0.0' }],
      },
      ...[1, '1.1.0'],
    ]);
    expect(clock.waits).toEqual([5000, ...Array<number>(5).fill(105_000)]);
    expect(health).toMatchObject({ rounds: { succeeded: 5, failed: 0 }, changes: 3 });
  });

  it('changes nothing where a round fails, says so, waits longer, and goes on', async () => {
    await lock('1.0.0');
    const during: WatchHealth[] = [];
    const fail = (): unknown => during.push(readHealth());
    const { clock, health } = await watch([
      () => undefined,
      async () => {
        await lock('1.1.0');
        writeFileSync(fleet.lockFile, '<<<<<<< ours');
      },
      ...[fail, fail, fail, fail, fail, fail],
      async () => {
        rmSync(fleet.lockFile);
        await lock('1.1.0');
      },
    ]);
    expect(during[0]).toMatchObject({
      ...{ state: 'failing', failures: 1, failingSince: '2026-01-01T00:01:50.000Z' },
      lastError: { code: 'LOCK_INVALID', at: '2026-01-01T00:01:50.000Z' },
      lastSuccessAt: '2026-01-01T00:00:05.000Z',
    });
    expect(during[5]).toMatchObject({ failures: 6, failingSince: during[0]?.failingSince });
    const backOff = [105, 205, 405, 805, 1605, 3205, 3605].map((seconds) => seconds * 1000);
    expect(clock.waits.slice(2)).toEqual([...backOff, 105_000]);
    expect(health).toMatchObject({ state: 'ok', failures: 0, rounds: { succeeded: 2, failed: 7 } });
    expect(health).not.toHaveProperty('failingSince');
    expect(version()).toBe('1.1.0');
  });

  it('waits as long as Retry-After asks, within the bound', async () => {
    await lock('1.0.0');
    const limits = [600, 86_400];
    const source: WatchOptions['source'] = () => {
      const retryAfterMs = (limits.shift() ?? 0) * 1000;
      throw new KongcrateError('REGISTRY_LIMIT', 'slower', {
        remedy: '',
        details: { retryAfterMs },
      });
    };
    const { clock } = await watch([() => undefined, () => undefined], { source });
    expect(clock.waits).toEqual([5000, 605_000, 3_605_000]);
  });

  it('asks and does nothing before its time', async () => {
    await lock('1.0.0');
    let reads = 0;
    const script = Array.from({ length: 3 }, () => () => {
      expect([reads, existsSync(root.luaRoot)]).toEqual([0, false]);
    });
    const { clock, health } = await watch(script, {
      configuration: () => {
        reads += 1;
        return fleet.read();
      },
      notBefore: new Date('2026-01-03T01:00:00Z'),
    });
    expect(clock.waits).toEqual([86_400_000, 86_400_000, 3_605_000, 105_000]);
    expect([health.rounds.succeeded, version()]).toEqual([1, '1.0.0']);
  });

  it('reports what is held as different, and leaves it', async () => {
    await lock('1.0.0');
    const { health } = await watch([
      () => undefined,
      async () => {
        await holdPlugins(root, ['alpha']);
        await lock('1.1.0');
      },
    ]);
    expect(health).toMatchObject({
      ...{ state: 'different', changes: 1 },
      plugins: [{ name: 'alpha', state: 'held', version: '1.0.0' }],
    });
  });

  it('goes by the policy of today', async () => {
    await lock('1.0.0');
    const revoke = (): void => {
      const text = readFileSync(fleet.file, 'utf8');
      const revoked = `revoked: {keys: ['sha256:${key.publicKey.keyId}']}`;
      writeFileSync(fleet.file, text.replace('trust: {', `trust: {${revoked}, `));
    };
    const { health } = await watch([() => undefined, revoke]);
    expect(health).toMatchObject({ state: 'failing', lastError: { code: 'SIGNATURE_MISMATCH' } });
  });

  it('stops in a round without leaving anything half done', async () => {
    await lock('1.0.0');
    const controller = new AbortController();
    const { health } = await watch([() => undefined], {
      signal: controller.signal,
      onPlan: () => {
        controller.abort();
      },
    });
    expect(health).toMatchObject({ state: 'waiting', rounds: { succeeded: 0, failed: 0 } });
    expect(existsSync(join(root.luaRoot, 'kong/plugins/alpha'))).toBe(false);
  });

  it('fails where it was stopped and could not undo what it had begun', async () => {
    await lock('1.0.0');
    const controller = new AbortController();
    const source: WatchOptions['source'] = () => {
      controller.abort();
      throw new KongcrateError('NODE_NOT_SERVING', 'down', { remedy: 'Look.' });
    };
    const options = { signal: controller.signal, source };
    await expectError(() => watch([() => undefined], options), 'NODE_NOT_SERVING');
  });

  it('goes on where the health cannot be written, and says so', async () => {
    await lock('1.0.0');
    const warnings: string[] = [];
    mkdirSync(healthFile);
    const onWarning = (text: string): unknown => warnings.push(text);
    await watch([() => undefined], { onWarning });
    expect(warnings[0]).toMatch(/^the health cannot be written: cannot rename /);
    expect(version()).toBe('1.0.0');
  });

  it('writes metrics that Prometheus reads', async () => {
    await lock('1.0.0');
    await watch([() => undefined]);
    const text = readFileSync(metricsFile, 'utf8');
    expect(text).toContain(
      '# HELP kongcrate_sync_failing Whether the last round failed.\n' +
        '# TYPE kongcrate_sync_failing gauge\nkongcrate_sync_failing 0\n',
    );
    expect(text).toContain('kongcrate_sync_last_success_timestamp_seconds 1767225605\n');
    expect(text).toContain('kongcrate_sync_plugins{state="locked"} 1\n');
    expect(text).toContain('kongcrate_sync_rounds_total{result="success"} 1\n');
    expect(text).not.toContain('lock_published');
  });
});
