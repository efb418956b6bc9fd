import { KongcrateError } from '../errors/kongcrate-error.ts';
import { assignment, shellWord } from '../kong/format-variables.ts';
import { prependRoot } from '../kong/lua-path.ts';
import type { ExportedFile, ExportedPlugin, ExportSettings } from './exported-plugin.ts';
import { headline } from './headline.ts';
import { demandImage, KONG_IMAGE, pinNote } from './image-reference.ts';

/** Where the container sees the files. */
const MOUNT = '/opt/kongcrate';

/**
 * Two lines for a shell: one puts the files into a directory, one runs Kong with it.
 * @throws KongcrateError USAGE, REFERENCE_INVALID
 */
export function renderDockerRun(
  plugin: ExportedPlugin,
  settings: ExportSettings,
): readonly ExportedFile[] {
  const { luaRoot = 'kong-lua', trustArguments = [] } = settings;
  const base = demandImage(settings.base ?? KONG_IMAGE);
  const install = [
    ...['kongcrate', 'install', plugin.reference, '--copy', '--lua-root', luaRoot],
    ...trustArguments,
  ];
  const variables = [
    ['KONG_DATABASE', 'off'],
    ['KONG_PLUGINS', `bundled,${plugin.name}`],
    ['KONG_LUA_PACKAGE_PATH', prependRoot(MOUNT, undefined)],
  ] as const;
  const run = [
    ...['docker', 'run', '-d', '-p', '8000:8000', '-v', bindMount(luaRoot)],
    ...variables.flatMap(([name, value]) => ['-e', assignment(name, value)]),
    base,
  ];
  const lines = [
    headline('docker-run', plugin, settings),
    ...pinNote(base),
    install.map(shellWord).join(' '),
    run.join(' '),
  ];
  return [{ name: 'docker-run.sh', text: `${lines.join('\n')}\n` }];
}

/** docker takes a path of this machine from its root on, up to the first colon. */
function bindMount(directory: string): string {
  if (/[:\n]/.test(directory))
    throw new KongcrateError('USAGE', `docker run -v cannot mount ${JSON.stringify(directory)}`, {
      remedy: 'Choose a --lua-root without a colon.',
    });
  const target = shellWord(`${directory.replace(/^(?:\.\/)+/, '')}:${MOUNT}:ro`);
  return directory.startsWith('/') ? target : `"$PWD"/${target}`;
}
