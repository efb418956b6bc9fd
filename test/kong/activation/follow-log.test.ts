import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  followFaults,
  logPositionOf,
  type LogPosition,
} from '../../../src/kong/activation/follow-log.ts';
import { run } from '../../support/run.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const NOTHING: LogPosition = { inode: 0, offsetBytes: 0 };
const entry = (level: string, text: string): string =>
  `2026/01/02 03:04:05 [${level}] 7#0: ${text}\n`;
const FAULT = entry('error', 'init_by_lua error: broken');

interface FollowedLog {
  readonly path: string;
  readonly read: () => readonly string[] | undefined;
}

function makeLog(text?: string, newPids: readonly number[] = []): FollowedLog {
  const path = join(temporaryDirectory(), 'error.log');
  if (text !== undefined) writeFileSync(path, text);
  const read = followFaults(path, logPositionOf(path) ?? NOTHING);
  return { path, read: () => read(new Set(newPids)) };
}

describe('the faults in an error log', () => {
  it('are those of Kong that came since, each once', () => {
    const { path, read } = makeLog(FAULT);
    expect(read()).toEqual([]);
    const texts = [
      'init_by_lua error: x',
      '[lua] init.lua:293: init_worker(): a plugin is in use but not enabled',
      'unsafe request processing',
      'this node must be restarted',
    ];
    for (const text of texts) appendFileSync(path, entry('crit', text) + entry('error', 'else'));
    expect(read()).toEqual(texts.map((text) => entry('crit', text).trim()));
    expect(read()).toEqual([]);
  });

  it('are no entries below an error, in which Kong names its functions too', () => {
    const { path, read } = makeLog('');
    for (const level of ['debug', 'info', 'notice', 'warn'])
      appendFileSync(path, entry(level, '[lua] x.lua:1: init_worker(): a fact'));
    expect(read()).toEqual([]);
  });

  it('are crashes of new workers, and none of old ones or of helpers', () => {
    const { path, read } = makeLog('', [20]);
    const crash = (what: string): string => entry('alert', `${what} exited on signal 11`);
    for (const what of ['worker process 10', 'worker process 20', 'cache manager process 20'])
      appendFileSync(path, crash(what));
    expect(read()).toEqual([crash('worker process 20').trim()]);
  });

  it("are no errors of other plugins, which name their function as Kong's own do", () => {
    const { path, read } = makeLog('');
    appendFileSync(path, entry('error', '[lua] handler.lua:12: init_worker(): no answer of redis'));
    expect(read()).toEqual([]);
  });

  it('come with their cause, and without secrets', () => {
    const { path, read } = makeLog('');
    const cause = `${FAULT}module 'x' not found, password=hunter2\nstack traceback:\n`;
    appendFileSync(path, cause + entry('notice', 'next'));
    const [shown] = read() ?? [];
    expect(shown).toMatch(/init_by_lua error: broken module 'x' not found.* stack traceback:$/);
    expect(shown).not.toContain('hunter2');
  });

  it('are not missed where a line is written in two pieces', () => {
    const { path, read } = makeLog('');
    appendFileSync(path, FAULT.slice(0, 40));
    expect(read()).toEqual([]);
    appendFileSync(path, FAULT.slice(40));
    expect(read()).toHaveLength(1);
  });

  it('are found in both files of a rotation by rename', () => {
    const { path, read } = makeLog(FAULT);
    appendFileSync(path, FAULT.replace('broken', 'in the old one'));
    renameSync(path, `${path}.1`);
    writeFileSync(path, FAULT.replace('broken', 'in the new one'));
    expect(read()?.map((line) => /in the .* one/.exec(line)?.[0])).toEqual([
      'in the old one',
      'in the new one',
    ]);
    appendFileSync(path, FAULT);
    expect(read()).toHaveLength(1);
  });

  it('are found where the file is gone for a moment, truncated, or made only now', () => {
    const { path, read } = makeLog(FAULT.repeat(3));
    renameSync(path, `${path}.1`);
    expect(read()).toEqual([]);
    writeFileSync(path, FAULT);
    expect(read()).toHaveLength(1);
    truncateSync(path, 0);
    expect(read()).toEqual([]);
    appendFileSync(path, FAULT);
    expect(read()).toHaveLength(1);
    const young = makeLog();
    writeFileSync(young.path, FAULT);
    expect(young.read()).toHaveLength(1);
  });
});

describe('logPositionOf', () => {
  it('knows no log below a file', () => {
    const { path } = makeLog('');
    expect(logPositionOf(join(path, 'below'))).toBeUndefined();
  });

  it('waits for no FIFO that was put in its place', async () => {
    const { path, read } = makeLog('');
    rmSync(path);
    await run('mkfifo', [path]);
    expect(logPositionOf(path)).toBeUndefined();
    expect(read()).toBeUndefined();
  });
});
