import { join } from 'node:path';
import { errnoOf, KongcrateError, messageOf } from '../../errors/kongcrate-error.ts';
import { findDrift, type Drift } from '../../install/find-drift.ts';
import type { InstallRoot } from '../../install/install-root.ts';
import { readNodeRecords, readNodeState } from '../../install/read-node-state.ts';
import { realPathOf } from '../../install/real-path.ts';
import type { PluginReceipt } from '../../install/receipt.ts';
import type { NodeRecords } from '../../install/state-file.ts';
import type { DoctorFinding } from '../../kong/doctor/finding.ts';

export interface InstalledCheck {
  readonly findings: readonly DoctorFinding[];
  /** VERSION by name, of the plugins that kongcrate installed and that have one. */
  readonly versions: ReadonlyMap<string, string>;
  /** What could not be looked at, for people. */
  readonly unread: readonly string[];
}

/** Looks at what kongcrate installed: signatures, files, modes, links. Takes no mutex. */
export function checkInstalled(root: InstallRoot): InstalledCheck {
  const findings: DoctorFinding[] = [];
  const unread: string[] = [];
  const versions = new Map<string, string>();
  orNote({ root, findings, unread }, () => {
    const records = readNodeRecords(root);
    for (const plugin of readNodeState(root).plugins) {
      if (plugin.version !== undefined) versions.set(plugin.name, plugin.version);
      findings.push(...checkTrust(plugin, records));
      orNote({ root, findings, unread }, () => {
        findings.push(...checkDrift(root, plugin));
      });
    }
  });
  return { findings, versions, unread };
}

interface Notes {
  readonly root: InstallRoot;
  readonly findings: DoctorFinding[];
  readonly unread: string[];
}

/** What is closed to us says nothing of its state. */
function orNote({ root, findings, unread }: Notes, look: () => void): void {
  try {
    look();
  } catch (error) {
    if (error instanceof KongcrateError && error.details['reason'] === 'DAMAGED')
      findings.push(damaged(root, error));
    else if (error instanceof KongcrateError || errnoOf(error) !== undefined)
      unread.push(messageOf(error));
    else throw error;
  }
}

function damaged({ luaRoot }: InstallRoot, { message, remedy }: KongcrateError): DoctorFinding {
  return {
    code: 'state-damaged',
    severity: 'error',
    cause: `what is installed cannot be told: ${message}`,
    evidence: [luaRoot],
    fix: remedy,
    plugins: [],
  };
}

function checkTrust(plugin: PluginReceipt, { quarantined }: NodeRecords): readonly DoctorFinding[] {
  const { name, digest, repository, trust } = plugin;
  const base = {
    severity: 'warning',
    evidence: [`${repository}@${digest}`],
    plugins: [name],
  } as const;
  const note = quarantined.get(digest);
  return [
    ...(trust.kind === 'unsigned'
      ? [
          {
            ...base,
            code: 'unsigned',
            cause: `${name} is not signed: it was installed with --allow-unsigned`,
            fix: 'Install a signed version.',
          } as const,
        ]
      : []),
    ...(note
      ? [
          {
            ...base,
            code: 'quarantined',
            cause: `${name} is live, and its activation failed here since ${note.since}: ${note.reason}`,
            fix: `kongcrate rollback ${name}`,
          } as const,
        ]
      : []),
  ];
}

function checkDrift(root: InstallRoot, plugin: PluginReceipt): readonly DoctorFinding[] {
  // LuaRocks leaves what it replaced beside it, and Lua loads no such name.
  const drift = findDrift(root, plugin).filter(
    ({ path, problem }) => !(problem === 'extra' && path.endsWith('~')),
  );
  const links = drift.filter(({ path, problem }) => isLostLink(plugin, path, problem));
  const modes = drift.filter(({ problem }) => problem === 'mode');
  const others = drift.filter((one) => !links.includes(one) && !modes.includes(one));
  return [
    ...describe(others, plugin, {
      code: 'files-differ',
      cause: `files of ${plugin.name} are not as they were installed`,
      fix: wayBack(others, plugin),
    }),
    ...describe(links, plugin, {
      code: 'link-missing',
      cause: `Kong does not find ${plugin.name}: its link is gone`,
      fix: 'kongcrate doctor --fix',
      mend: { kind: 'links' },
    }),
    ...describe(modes, plugin, {
      code: 'modes-differ',
      cause: `files of ${plugin.name} have other modes than they were installed with`,
      fix: 'kongcrate doctor --fix',
      mend: {
        kind: 'modes',
        paths: modes.map(({ path }) => realPathOf(join(root.luaRoot, path))),
      },
    }),
  ];
}

function wayBack(drift: readonly Drift[], { repository, digest }: PluginReceipt): string {
  const taken = drift.filter(({ problem }) => problem === 'taken').map(({ path }) => path);
  const move = taken.length === 0 ? '' : `Move ${taken.join(' and ')} away, then: `;
  return `${move}kongcrate install ${repository}@${digest}`;
}

function isLostLink(plugin: PluginReceipt, path: string, problem: Drift['problem']): boolean {
  return problem === 'missing' && plugin.links.includes(path);
}

function describe(
  drift: readonly Drift[],
  { name }: PluginReceipt,
  words: Pick<DoctorFinding, 'code' | 'cause' | 'fix' | 'mend'>,
): readonly DoctorFinding[] {
  if (drift.length === 0) return [];
  const evidence = drift.map(({ path, problem }) => `${problem}: ${path}`);
  return [{ ...words, severity: 'error', evidence, plugins: [name] }];
}
