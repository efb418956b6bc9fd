import { statSync } from 'node:fs';
import { escapeValue } from '../kong/conf-value.ts';
import { DEFAULT_KONG_CONF, readConfFile } from '../kong/conf-files.ts';
import type { EditedPlugins } from '../kong/edit-plugins.ts';
import { assignment, type Variables } from '../kong/format-variables.ts';
import { OFF } from '../kong/plugin-list.ts';
import { readKongSettings, type KongPlace, type KongSettings } from '../kong/read-kong-settings.ts';
import { describeUnread } from '../kong/unread-lines.ts';
import { PLUGINS } from '../kong/write-list.ts';
import { replaceKongConf, type ReplaceOptions } from './replace-kong-conf.ts';
import { writeNewFile } from './write-new-file.ts';

export interface EditOptions extends KongPlace, ReplaceOptions {
  /** Makes the kong.conf where there is none. */
  readonly create?: boolean;
}

/** What shall be changed in a kong.conf. */
export interface ConfChange {
  /** On the file's text, one byte a character; the same text where nothing has to change. */
  readonly edit: (text: string) => EditedPlugins;
  /** Variables that are needed beside KONG_PLUGINS where the file is not edited. */
  readonly variables?: Variables;
  readonly notes?: readonly string[];
}

export interface EditReport {
  readonly state: 'changed' | 'unchanged' | 'created' | 'no-file';
  readonly file?: string;
  /** What Kong loads by the file, or by the variables where there is none. */
  readonly plugins: readonly string[];
  /** The lines that went and came. */
  readonly removedLines: readonly string[];
  readonly addedLines: readonly string[];
  /** What was put right, what counts for nothing, what was not kept. */
  readonly notes: readonly string[];
  /** What to set in Kong's environment to the same end. */
  readonly variables: Variables;
  /** What counts more than the file, so that the edit alone changes nothing. */
  readonly overriddenBy?: 'environment' | 'running node';
}

/**
 * Changes the kong.conf of a node: every byte that need not change stays, the file is replaced whole
 * by one rename, and two changes at once lose nothing. Where there is none, only the variables are
 * told, unless `create` is set.
 * @throws KongcrateError USAGE, SOURCE_UNREADABLE, NOT_OURS for a file that cannot be replaced,
 *   NODE_BUSY, INSTALL_FAILED; the file is as it was then
 */
export async function editKongConf(options: EditOptions, change: ConfChange): Promise<EditReport> {
  const settings = readKongSettings(options);
  const { file } = settings;
  if (file === undefined) return editNothing(options, settings, change);
  const before = readConfFile(file).toString('latin1');
  const edited = change.edit(before);
  const report = describe(settings, change, { before, edited });
  if (edited.text === before) return { ...report, file, state: 'unchanged' };
  const edit = (text: string): string => change.edit(text).text;
  const isWhole = await replaceKongConf(file, { edit, instead: insteadOf(report) }, options);
  const lost = isWhole ? [] : ['extended attributes of the file were not kept: there is no GNU cp'];
  return { ...report, file, state: 'changed', notes: [...report.notes, ...lost] };
}

function editNothing(options: EditOptions, settings: KongSettings, change: ConfChange): EditReport {
  const edited = change.edit('');
  const report = describe(settings, change, { before: '', edited });
  if (!options.create || edited.text === '')
    return { ...report, plugins: editedList(settings, change), addedLines: [], state: 'no-file' };
  const file = options.kongConf ?? DEFAULT_KONG_CONF;
  if (!options.dryRun) writeNewFile(file, Buffer.from(edited.text, 'latin1'), 0o644);
  return { ...report, file, state: 'created' };
}

interface Edit {
  readonly before: string;
  readonly edited: EditedPlugins;
}

function describe(
  settings: KongSettings,
  change: ConfChange,
  { before, edited }: Edit,
): Omit<EditReport, 'state'> {
  const overriddenBy = findOverride(settings);
  const isFileEnough = overriddenBy === undefined && settings.file !== undefined;
  const plugins = isFileEnough ? edited.plugins : editedList(settings, change);
  return {
    plugins: edited.plugins,
    removedLines: linesOnlyIn(before, edited.text),
    addedLines: linesOnlyIn(edited.text, before),
    notes: [...edited.notes, ...describeUnread(edited.text, PLUGINS), ...(change.notes ?? [])],
    variables: { KONG_PLUGINS: plugins.join(',') || OFF, ...change.variables },
    ...(overriddenBy === undefined ? {} : { overriddenBy }),
  };
}

/** The same change of the list that counts in place of the file's. */
function editedList(
  { plugins, pluginsFrom, running }: KongSettings,
  { edit }: ConfChange,
): readonly string[] {
  const list = pluginsFrom === 'environment' ? plugins : (running?.plugins ?? plugins);
  return edit(`${PLUGINS} = ${escapeValue(list.join(',')) || OFF}`).plugins;
}

/**
 * A variable replaces the list of the file. Where the node was started with one it shows in what it
 * runs with, unless the file was edited since and the node has not been started again.
 */
function findOverride(settings: KongSettings): EditReport['overriddenBy'] {
  const { plugins, pluginsFrom, running, file } = settings;
  if (pluginsFrom === 'environment') return 'environment';
  if (!running || file === undefined || isSameSet(running.plugins, plugins)) return undefined;
  const isEdited = statSync(file).mtimeMs > statSync(running.file).mtimeMs;
  return isEdited ? undefined : 'running node';
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return [...one].sort().join() === [...other].sort().join();
}

function insteadOf({ variables }: Pick<EditReport, 'variables'>): string {
  const line = Object.entries(variables).map(([name, value]) => assignment(name, value));
  return `Or set it in Kong's environment instead: ${line.join(' ')}`;
}

/** Lines as people read them, each as often as one text has it more than the other. */
function linesOnlyIn(text: string, other: string): readonly string[] {
  const left = other.split('\n');
  const only = text.split('\n').filter((line) => {
    const index = left.indexOf(line);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
  return only.map((line) => Buffer.from(line, 'latin1').toString().trimEnd());
}
