import { statSync } from 'node:fs';
import { assignment, shellWord } from '../format-variables.ts';
import { runningSettingsFile } from '../node/read-settings.ts';
import { BUNDLED, splitList } from '../plugin-list.ts';
import { PLUGINS } from '../write-list.ts';
import { findSetting, type SettingLine } from './conf-lines.ts';
import type { DoctorFinding } from './finding.ts';
import type { Patient } from './patient.ts';

/** Where kong.conf says one thing, and what counts more another. */
export function checkOverrides(patient: Patient): readonly DoctorFinding[] {
  const { conf } = patient;
  if (!conf) return [];
  return [PLUGINS, 'lua_package_path'].flatMap((key) => {
    const line = findSetting(conf, key);
    return line ? (byVariable(patient, key, line) ?? byRunningNode(patient, key, line) ?? []) : [];
  });
}

function byVariable(
  { place }: Patient,
  key: string,
  line: SettingLine,
): readonly DoctorFinding[] | undefined {
  const name = `KONG_${key.toUpperCase()}`;
  const value = place.environment[name];
  if (value === undefined || isSame(key, value, line.value)) return undefined;
  return [
    {
      code: 'file-overridden',
      severity: 'warning',
      cause: `${name} is set and replaces all of ${key} in kong.conf, even if it is empty`,
      evidence: [`${name}=${value}`, line.place],
      fix: `Keep one of them: take the line out of kong.conf, or write there what is meant and unset ${name} where Kong is started.`,
      plugins: onlyIn(key, line.value, value),
    },
  ];
}

/** What a node runs with stands in `.kong_env`, wherever it came from. */
function byRunningNode(
  { node, conf }: Patient,
  key: string,
  line: SettingLine,
): readonly DoctorFinding[] | undefined {
  const running = node.settings.get(key);
  if (node.settingsFrom !== 'running' || running === undefined || !conf) return undefined;
  if (isSame(key, running, line.value)) return undefined;
  const file = runningSettingsFile(node.prefix);
  const isEdited = statSync(conf.path).mtimeMs > statSync(file).mtimeMs;
  return [
    {
      code: isEdited ? 'file-not-applied' : 'file-overridden',
      severity: 'warning',
      cause: isEdited
        ? `${key} in kong.conf was changed, and a plain reload does not read it: the node runs with another value`
        : `kong.conf is older than the start of the node, which runs with another value of ${key}: a variable replaced it, or another file was named`,
      evidence: [line.place, `${file}: ${key} = ${running}`],
      fix: adviseFor(key, { written: line.value, running, prefix: node.prefix }),
      plugins: onlyIn(key, line.value, running),
    },
  ];
}

interface Difference {
  readonly written: string;
  readonly running: string;
  readonly prefix: string;
}

function adviseFor(key: string, { written, running, prefix }: Difference): string {
  const lost = onlyIn(key, running, written);
  if (lost.length === 0) {
    const set = assignment(`KONG_${key.toUpperCase()}`, written);
    return `Apply what the file says: ${set} kong reload -p ${shellWord(prefix)}`;
  }
  // Kong drops every request over a plugin that is in use and taken off: only disable asks first.
  const both = [...splitList(running), ...onlyIn(key, written, running)].join();
  const disable = `kongcrate disable ${lost.map(shellWord).join(' ')} --prefix ${shellWord(prefix)}`;
  const orElse = lost.includes(BUNDLED) ? '' : `; or, where nothing uses it: ${disable}`;
  return `Keep ${lost.join(', ')}: write ${key} = ${both} into kong.conf${orElse}`;
}

/** The order of plugins in the list means nothing. */
function isSame(key: string, one: string, other: string): boolean {
  if (key !== PLUGINS) return one === other;
  return onlyIn(key, one, other).length === 0 && onlyIn(key, other, one).length === 0;
}

function onlyIn(key: string, one: string, other: string): readonly string[] {
  const there = splitList(other);
  return key === PLUGINS ? splitList(one).filter((name) => !there.includes(name)) : [];
}
