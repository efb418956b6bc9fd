import { KongcrateError } from '../errors/kongcrate-error.ts';
import { chooseRock, findStrays, type ChosenRock } from './choose-rock.ts';
import { readSchemaName } from './handler-facts.ts';
import { locatePlugins } from './locate-plugins.ts';
import { findModule, type PluginTree } from './plugin-tree.ts';
import { readRocks, type GivenRockspec } from './read-rocks.ts';
import type { SourceFile } from './source-file.ts';
import { visibleFiles } from './visible-files.ts';

/** A plugin that was found, with the name that the source gives it. */
export interface SurveyedPlugin extends PluginTree {
  readonly rock: ChosenRock;
}

export interface SourceSurvey {
  readonly visible: readonly SourceFile[];
  /** What earlier runs of `pack` and `publish` left there. */
  readonly ownOutput: readonly SourceFile[];
  readonly plugins: readonly SurveyedPlugin[];
}

/** Each is held against every rockspec. */
const MAX_PLUGINS = 500;

/**
 * Looks through a source directory: which plugins are there, and with which rockspecs.
 * @param given the only rockspec that counts: then only the plugins that it is about are found
 * @throws KongcrateError PLUGIN_REFUSED: none, or more than any repository has
 */
export function surveySource(source: readonly SourceFile[], given?: GivenRockspec): SourceSurvey {
  const all = visibleFiles(source);
  const visible = all.filter(({ kind }) => kind !== 'own-output');
  const shelves = readRocks(visible, given);
  const places = locatePlugins(new Set(visible.map(({ path }) => path)), shelves).toSorted(
    (a, b) => (a.directory < b.directory ? -1 : 1),
  );
  refuseNumber(places.length);
  const strays = findStrays({ places, shelves });
  const plugins = places.map((place) => {
    const rock = chooseRock(place, { places, shelves }, strays);
    const name = place.name ?? nameOfBare(place, rock, visible);
    return { ...place, ...(name === undefined ? {} : { name }), rock };
  });
  return {
    visible,
    ownOutput: all.filter(({ kind }) => kind === 'own-output'),
    plugins: given === undefined ? plugins : aboutOf(plugins, given),
  };
}

function aboutOf(
  plugins: readonly SurveyedPlugin[],
  { path }: GivenRockspec,
): readonly SurveyedPlugin[] {
  const meant = plugins.filter(({ rock }) => rock.rock !== undefined || rock.problem !== undefined);
  if (meant.length > 0) return meant;
  throw new KongcrateError('PLUGIN_REFUSED', `${path} is about none of the plugins beside it`, {
    remedy: 'Mend its modules, or give the directory.',
    details: { reason: 'NO_PLUGIN', file: path },
  });
}

function nameOfBare(
  { directory }: PluginTree,
  { rock }: ChosenRock,
  visible: readonly SourceFile[],
): string | undefined {
  return (
    rock?.rockspec.package.replace(/^kong-plugin-/, '') ??
    readSchemaName(findModule(visible, directory, 'schema')?.bytes) ??
    /(?:^|\/)(?!(?:src|lua|lib)\/)([^/]+)\/$/.exec(directory)?.[1]
  );
}

function refuseNumber(plugins: number): void {
  if (plugins === 0)
    throw new KongcrateError('PLUGIN_REFUSED', 'there is no plugin: no handler.lua was found', {
      remedy:
        'Name the directory that holds handler.lua and schema.lua, or one above it. Tests, fixtures and backups are not looked through.',
      details: { reason: 'NO_PLUGIN' },
    });
  if (plugins > MAX_PLUGINS)
    throw new KongcrateError('PLUGIN_REFUSED', `there are ${plugins} plugins`, {
      remedy: 'Give a directory with fewer, or name the others in .kongcrateignore.',
      details: { reason: 'TOO_MUCH' },
    });
}
