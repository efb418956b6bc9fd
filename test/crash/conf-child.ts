import { nodeConfFiles, type ConfFileOperations } from '../../src/kong/conf-file-operations.ts';
import { disablePlugins } from '../../src/kong/edit-plugins.ts';
import { BUNDLED_PLUGINS } from '../../src/plugin/kong-modules.ts';
import { editKongConf } from '../../src/workflows/edit-kong-conf.ts';
import { enablePlugins } from '../../src/workflows/enable-plugins.ts';

/** What a child does to a kong.conf; the parent hands it over as JSON. */
export interface ConfTask {
  readonly kongConf: string;
  readonly luaRoot: string;
  readonly enable: readonly string[];
  readonly disable?: readonly string[];
  /** The operation at which it is killed, before it or right after. */
  readonly kill?: { readonly at: number; readonly when: 'before' | 'after' };
}

const { kill, enable, disable, luaRoot, kongConf } = JSON.parse(
  process.argv[2] ?? '{}',
) as ConfTask;

let index = 0;

/** The operation, and a kill where the task says so. */
function killing<Args extends unknown[], Result>(
  real: (...args: Args) => Result,
): (...args: Args) => Result {
  return (...args) => {
    const isLast = kill?.at === index++;
    if (isLast && kill.when === 'before') process.kill(process.pid, 'SIGKILL');
    const result = real(...args);
    if (isLast) process.kill(process.pid, 'SIGKILL');
    return result;
  };
}

const files: ConfFileOperations = {
  copy: killing(nodeConfFiles.copy),
  overwrite: killing(nodeConfFiles.overwrite),
  rename: killing(nodeConfFiles.rename),
  remove: killing(nodeConfFiles.remove),
  syncDirectory: killing(nodeConfFiles.syncDirectory),
};

const place = { kongConf, environment: {}, prefix: '/nowhere', files };
await enablePlugins(enable, { ...place, luaRoot });
if (disable)
  await editKongConf(place, { edit: (text) => disablePlugins(text, disable, BUNDLED_PLUGINS) });
process.stdout.write(String(index));
