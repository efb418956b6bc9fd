import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readKongNode } from '../../../src/kong/node/read-kong-node.ts';
import type { KongNode, NodePlace } from '../../../src/kong/node/kong-node.ts';
import type { StagedChange } from '../../../src/kong/activation/preflight.ts';
import type { Send } from '../../../src/http/transport.ts';
import { BUNDLED_PLUGINS } from '../../../src/plugin/kong-modules.ts';
import { makeSend } from '../../http/make-send.ts';
import type { KongNode as RunningKong } from '../../support/stand-in-kong/kong-node.ts';
import { openDirectory } from '../../support/stand-in-kong/start-kong.ts';

export const send: Send = makeSend();

/** The node as kongcrate sees it from another shell. */
export function look(kong: RunningKong, place: Partial<NodePlace> = {}): KongNode {
  const { prefix, environment } = kong.parts;
  // A kong.conf of this machine must have no say.
  const kongConf = join(prefix, 'none.conf');
  return readKongNode({ prefix, environment, kongConf, ...place });
}

/** A tree to be switched to, for a list of plugins. */
export function staged(
  plugins: readonly string[],
  fields: Partial<StagedChange> = {},
): StagedChange {
  return {
    plugins,
    changed: ['canary'],
    luaPaths: [openDirectory()],
    goneFiles: [],
    isBundled: (name) => BUNDLED_PLUGINS.has(name),
    ...fields,
  };
}

/** The files at the top of a prefix, with mode and owner. */
export function generated(prefix: string): Readonly<Record<string, string>> {
  const names = readdirSync(prefix).filter((name) => statSync(join(prefix, name)).isFile());
  const describeFile = (name: string): string => {
    const { mode, uid, gid } = statSync(join(prefix, name));
    return `${mode.toString(8)} ${uid}:${gid} ${readFileSync(join(prefix, name), 'latin1')}`;
  };
  return Object.fromEntries(names.map((name) => [name, describeFile(name)]));
}
