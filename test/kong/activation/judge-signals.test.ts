import { describe, expect, it } from 'vitest';
import { isEnough } from '../../../src/kong/activation/confirmation.ts';
import {
  isTurned,
  judgeSignals,
  type ExpectedPlugins,
} from '../../../src/kong/activation/judge-signals.ts';
import type { NodeObservation } from '../../../src/kong/activation/observe-node.ts';

const admin = (version: string, ...workerPids: number[]): NodeObservation['admin'] => ({
  plugins: new Map([['canary', version]]),
  workerPids,
});
const READY = { status: 200, body: '' };
const before: NodeObservation = {
  masterPid: 1,
  workerPids: [10, 11],
  ready: READY,
  admin: admin('1.0.0', 10, 11),
};
const after: NodeObservation = { ...before, workerPids: [20, 21], admin: admin('2.0.0', 20, 21) };
const expected: ExpectedPlugins = { loaded: new Map([['canary', '2.0.0']]), absent: [] };

type Change = Partial<Parameters<typeof judgeSignals>[0]>;

function judge(signal: 'workers' | 'ready' | 'admin', change: Change): string {
  const seen = { before, now: after, expected, ...change };
  const { previousPids = seen.now.workerPids } = seen;
  const hasTurned = isTurned(seen.before, seen.now);
  const verdict = judgeSignals({ ...seen, hasTurned, previousPids }).get(signal);
  return verdict === undefined || verdict.state === 'holds'
    ? String(verdict?.state)
    : `${verdict.state}: ${verdict.why}`;
}

const unready = (body: string): NodeObservation => ({ ...after, ready: { status: 503, body } });

describe('the workers', () => {
  it.each<[string, Change, string]>([
    ['all new', {}, 'holds'],
    [
      'none of them old',
      { now: { ...after, workerPids: [11, 21] } },
      'pending: the old worker processes still serve (11)',
    ],
    ['none yet', { now: { ...after, workerPids: [] } }, 'pending: there is no worker process'],
    [
      'a master that is gone',
      { now: { admin: '', workerPids: [] } },
      'failed: Kong does not run any more',
    ],
    [
      'in the place of some that died: they have the old code',
      { before: { ...before, cycle: '3,4' }, now: { ...after, cycle: '3,4' } },
      'pending: the worker processes are new, but nginx has not taken the new configuration',
    ],
    [
      'of another configuration',
      { before: { ...before, cycle: '3,4' }, now: { ...after, cycle: '5,6' } },
      'holds',
    ],
    [
      'another master with the same descriptors',
      { before: { ...before, cycle: '3,4' }, now: { ...after, masterPid: 2, cycle: '3,4' } },
      'holds',
    ],
    ['another master', { now: { ...after, masterPid: 2 } }, 'holds'],
    ...[[], [20], [20, 19], [20, 21, 22]].map((previousPids): [string, Change, string] => [
      `that come and go: ${previousPids.join()} before`,
      { previousPids },
      'pending: two looks have not shown the same worker processes (20, 21)',
    ]),
    [
      'unseen before',
      { before: { ...before, workerPids: [] } },
      'missing: no worker process of the node can be seen',
    ],
  ])('%s', (_, change, verdict) => {
    expect(judge('workers', change)).toBe(verdict);
  });
});

describe('/status/ready', () => {
  const silent: NodeObservation = { masterPid: 1, workerPids: [20], admin: '' };
  it.each<[string, Change, string]>([
    ['200', {}, 'holds'],
    ['200 after a 503', { before: unready('bad reload') }, 'holds'],
    ['503 after a 200', { now: unready('') }, 'pending: /status/ready answers 503'],
    [
      '503 as before',
      { before: unready('empty'), now: unready('empty') },
      'missing: /status/ready answers 503 as before',
    ],
    [
      '503 for another reason',
      { before: unready('empty'), now: unready('unsafe') },
      'pending: /status/ready answers 503',
    ],
    ['silence after a 200', { now: silent }, 'pending: the status API answers no more'],
    [
      'silence as before',
      { before: silent, now: silent },
      'missing: nobody answers at the status API',
    ],
  ])('%s', (_name, change, verdict) => {
    expect(judge('ready', change)).toBe(verdict);
  });
});

describe('the Admin API', () => {
  const none = { ...before, admin: 'the node has no Admin API' };
  it.each<[string, Change, string]>([
    ['version and workers', {}, 'holds'],
    [
      'the old version',
      { now: { ...after, admin: admin('1.0.0', 20) } },
      'pending: the Admin API shows canary 1.0.0, not 2.0.0',
    ],
    [
      'the new version of an old worker',
      { now: { ...after, admin: admin('2.0.0', 11) } },
      'pending: the Admin API still tells of old worker processes',
    ],
    [
      'any version, where none is known',
      { expected: { loaded: new Map([['canary', undefined]]), absent: [] } },
      'holds',
    ],
    [
      'a plugin that is not loaded',
      { expected: { loaded: new Map([['toString', undefined]]), absent: [] } },
      'pending: the Admin API knows no plugin toString',
    ],
    [
      'a plugin that is still loaded',
      { expected: { loaded: new Map(), absent: ['canary'] } },
      'pending: the Admin API still shows the plugin canary',
    ],
    [
      'none',
      { before: none, now: { ...after, admin: none.admin } },
      'missing: the node has no Admin API',
    ],
    [
      'that of another Kong, by a wrong address or a shared port',
      {
        before: { ...before, admin: admin('1.0.0', 90) },
        now: { ...after, admin: admin('2.0.0', 91) },
      },
      'missing: the Admin API is that of another Kong, with other worker processes (91)',
    ],
    [
      'workers that the node does not have',
      { now: { ...after, admin: admin('2.0.0', 91) } },
      'pending: the Admin API tells of other worker processes (91)',
    ],
    [
      'one that answers no more',
      { now: { ...after, admin: 'nobody answers' } },
      'pending: nobody answers',
    ],
  ])('%s', (_, change, verdict) => {
    expect(judge('admin', change)).toBe(verdict);
  });

  it('tells by its own pids too, where no process can be seen', () => {
    const blind = { ...before, workerPids: [] };
    const now = { ...after, workerPids: [], admin: admin('2.0.0', 10) };
    expect(judge('admin', { before: blind, now })).toMatch(/^pending/);
  });
});

describe('isEnough', () => {
  it('wants new workers and one that was seen to serve', () => {
    expect(isEnough(['workers', 'log'])).toBe(false);
    expect(isEnough(['ready', 'admin', 'log', 'probe'])).toBe(false);
    for (const one of ['ready', 'admin', 'probe'] as const)
      expect(isEnough(['workers', one])).toBe(true);
  });
});
