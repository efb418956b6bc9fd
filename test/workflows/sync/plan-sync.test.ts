import { describe, expect, it } from 'vitest';
import type { PluginReceipt } from '../../../src/install/receipt.ts';
import type { Digest } from '../../../src/reference/digest.ts';
import type { MatchedPlugin } from '../../../src/workflows/lock/match-lock.ts';
import { planSync, type SyncState } from '../../../src/workflows/sync/plan-sync.ts';
import { isDifferent, type SyncPlan } from '../../../src/workflows/sync/sync-plan.ts';

const digestOf = (version: string): Digest => `sha256:${version.padStart(64, '0')}`;
const REPOSITORY = 'registry.example/acme/x';
const NOTE = { since: '2026-01-01T00:00:00Z', reason: 'why' };

function wish(version: string, isEnabled = true): MatchedPlugin {
  const digest = digestOf(version);
  return {
    wanted: { reference: 'x', isEnabled },
    locked: {
      ...{ name: 'x', version, reference: 'x', repository: REPOSITORY, digest, layer: digest },
      ...{ signers: [], files: new Map() },
    },
  };
}

function installed(version: string, more: Partial<SyncState['plugins'][number]> = {}) {
  const digest = digestOf(version);
  const receipt: PluginReceipt = {
    ...{ name: 'x', version, repository: REPOSITORY, digest, manifestDigest: digest },
    ...{ layerDigest: digest, trust: { kind: 'unsigned' }, evidence: digest, files: [], links: [] },
    installedAt: '',
  };
  return { ...receipt, isWhole: true, ...more };
}

const state = (more: Partial<SyncState> = {}): SyncState => ({
  ...{ plugins: [], holds: new Map(), quarantined: new Map(), isStale: false },
  ...more,
});

function plan(matched: readonly MatchedPlugin[], found: SyncState, prune = false): SyncPlan {
  return planSync(matched, found, { prune });
}

describe('the plan of a sync', () => {
  const hold = { holds: new Map([['x', NOTE]]) };
  const bad = { quarantined: new Map([[digestOf('2.0'), NOTE]]) };

  it.each<[what: string, found: SyncState, action: string, differs: boolean]>([
    ['nothing', state(), 'install', true],
    ['a lower version', state({ plugins: [installed('1.9')] }), 'upgrade', true],
    ['a higher version', state({ plugins: [installed('2.1')] }), 'downgrade', true],
    ['an unknown version', state({ plugins: [installed('new')] }), 'replace', true],
    ['the same', state({ plugins: [installed('2.0')] }), 'none', false],
    [
      'the same, changed',
      state({ plugins: [installed('2.0', { isWhole: false })] }),
      'repair',
      true,
    ],
    [
      'the same of another repository',
      state({ plugins: [installed('2.0', { repository: 'localhost/x' })] }),
      'replace',
      true,
    ],
    ['the same, held', state({ plugins: [installed('2.0')], ...hold }), 'none', false],
    ['another, held', state({ plugins: [installed('1.0')], ...hold }), 'held', true],
    ['nothing, held', state(hold), 'held', true],
    [
      'another, and a quarantine',
      state({ plugins: [installed('1.0')], ...bad }),
      'quarantined',
      true,
    ],
    ['the same in quarantine', state({ plugins: [installed('2.0')], ...bad }), 'none', false],
  ])('with %s', (_what, found, action, differs) => {
    const decided = plan([wish('2.0')], found);
    expect(decided.steps).toMatchObject([{ name: 'x', action }]);
    expect(isDifferent(decided)).toBe(differs);
  });

  it.each<[what: string, found: SyncState, prune: boolean, action: string]>([
    ['stays', state({ plugins: [installed('1.0')] }), false, 'extra'],
    ['goes with --prune', state({ plugins: [installed('1.0')] }), true, 'remove'],
    ['stays while it is held', state({ plugins: [installed('1.0')], ...hold }), true, 'held'],
  ])('what the lock does not have %s', (_what, found, prune, action) => {
    expect(plan([], found, prune).steps).toMatchObject([{ action }]);
  });

  const lists = (
    configured: readonly string[],
    running?: readonly string[],
  ): Partial<SyncState> => ({
    lists: { configured, ...(running && { running }) },
  });

  it.each<[what: string, isEnabled: boolean, found: SyncState, lists: [string[], string[]]]>([
    ['no Kong', true, state(), [[], []]],
    ['a list without it', true, state(lists(['bundled'])), [['x'], []]],
    ['a list with it', true, state(lists(['x'])), [[], []]],
    ['a node that does not have it', true, state(lists(['x'], [])), [['x'], []]],
    ['a node that has it', true, state(lists([], ['x'])), [[], []]],
    ['switched off and listed', false, state(lists(['x'])), [[], ['x']]],
    ['switched off and loaded', false, state(lists([], ['x'])), [[], ['x']]],
    ['switched off and not listed', false, state(lists(['bundled'], [])), [[], []]],
    ['held before it came', true, state({ ...lists([]), ...hold }), [[], []]],
    ['quarantined before it came', false, state({ ...lists(['x']), ...bad }), [[], []]],
  ])("Kong's list: %s", (_what, isEnabled, found, [enable, disable]) => {
    expect(plan([wish('2.0', isEnabled)], found)).toMatchObject({ enable, disable });
  });

  it('takes what goes off the list, and reloads what is not loaded', () => {
    const found = state({ plugins: [installed('1.0')], ...lists(['x']), isStale: true });
    expect(plan([], found, true)).toMatchObject({ disable: ['x'], reload: true });
    expect(isDifferent(plan([], found))).toBe(true);
  });
});
