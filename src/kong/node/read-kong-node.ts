import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { errnoOf, KongcrateError, messageOf } from '../../errors/kongcrate-error.ts';
import { locateKongConf, readConfFile } from '../conf-files.ts';
import { loadedNames, splitList } from '../plugin-list.ts';
import { DEFAULT_LUA_PACKAGE_PATH } from '../read-kong-settings.ts';
import { findErrorLog } from './error-log.ts';
import type { KongNode, KongRole, NodePlace } from './kong-node.ts';
import { plainListenUrl } from './listen-address.ts';
import { findProcesses, pidFileOf, readWorkingDirectory } from './processes.ts';
import {
  parseSettings,
  readConfiguredSettings,
  runningSettingsFile,
  settingOf,
  type Settings,
} from './read-settings.ts';
import { findWorkersUser } from './workers-user.ts';

/**
 * Looks at a Kong node: settings, processes, and where it can be asked. Writes nothing and sends
 * nothing; what is closed to us is named in `unread`.
 * @throws KongcrateError SOURCE_UNREADABLE for a kong.conf that decides and cannot be read
 */
export function readKongNode(place: NodePlace): KongNode {
  const prefix = resolve(place.prefix);
  const kongConf = locateKongConf(place.kongConf);
  const { running, unread } = readRunningSettings(prefix);
  const settings = running ?? readConfiguredSettings(place);
  const role = place.role ?? roleOf(settings);
  const processes = findProcesses(prefix);
  const { masterPid } = processes;
  const errorLog = findErrorLog(prefix, settings);
  const isHidden = masterPid === undefined && existsSync(pidFileOf(prefix));
  return {
    prefix,
    ...(kongConf === undefined ? {} : { kongConf }),
    settings,
    settingsFrom: running ? 'running' : 'configuration',
    role,
    ...processes,
    workingDirectory: readWorkingDirectory(masterPid) ?? '/',
    ...addressesOf(place, role, settings),
    adminHeaders: place.adminHeaders ?? {},
    ...(errorLog === undefined ? {} : { errorLog }),
    ...declarativeConfigOf(prefix, role, settings),
    plugins: loadedNames(splitList(settingOf(settings, 'plugins'))),
    luaPackagePath: settings.get('lua_package_path') ?? DEFAULT_LUA_PACKAGE_PATH,
    workersUser: findWorkersUser(processes, settings),
    unread: isHidden ? [...unread, `${pidFileOf(prefix)} names no Kong that we see`] : unread,
  };
}

interface RunningSettings {
  readonly running?: Settings;
  readonly unread: readonly string[];
}

/** A Kong that was stopped leaves its `.kong_env`; it starts from kong.conf again. */
function readRunningSettings(prefix: string): RunningSettings {
  try {
    if (!statSync(pidFileOf(prefix), { throwIfNoEntry: false })) return { unread: [] };
    return { running: parseSettings(readConfFile(runningSettingsFile(prefix))), unread: [] };
  } catch (error) {
    if (errnoOf(error) === undefined && !(error instanceof KongcrateError)) throw error;
    return { unread: [messageOf(error)] };
  }
}

function roleOf(settings: Settings): KongRole {
  const role = settingOf(settings, 'role');
  if (role === 'data_plane') return 'data-plane';
  if (role === 'control_plane') return 'control-plane';
  return isOff(settingOf(settings, 'database')) ? 'dbless' : 'traditional';
}

/** Kong writes what it took for a boolean as one. */
const isOff = (value: string): boolean => value === 'off' || value === 'false';

/** `.kong_env` of a data plane names an Admin API too, and nobody listens there (KONG.md 1.8). */
function addressesOf(
  { adminUrl: given, statusUrl: givenStatus }: NodePlace,
  role: KongRole,
  settings: Settings,
): Pick<KongNode, 'adminUrl' | 'controlPlaneUrl' | 'statusUrl'> {
  const statusUrl = givenStatus ?? plainListenUrl(settingOf(settings, 'status_listen'));
  const status = statusUrl && { statusUrl };
  if (role === 'data-plane') return { ...(given && { controlPlaneUrl: given }), ...status };
  const adminUrl = given ?? plainListenUrl(settingOf(settings, 'admin_listen'));
  return { ...(adminUrl && { adminUrl }), ...status };
}

function declarativeConfigOf(
  prefix: string,
  role: KongRole,
  settings: Settings,
): Pick<KongNode, 'declarativeConfig'> {
  const file = settings.get('declarative_config') ?? '';
  return role === 'dbless' && file !== '' ? { declarativeConfig: resolve(prefix, file) } : {};
}
