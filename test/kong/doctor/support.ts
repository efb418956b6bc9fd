import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { examineNode, type Examination } from '../../../src/kong/doctor/examine-node.ts';
import type { LogText } from '../../../src/kong/doctor/log-text.ts';
import { readPatient } from '../../../src/kong/doctor/read-patient.ts';
import type { NodePlace } from '../../../src/kong/node/kong-node.ts';
import { BUNDLED_PLUGINS } from '../../../src/plugin/kong-modules.ts';
import { REMOVED_MODULES } from '../../../src/plugin/removed-modules.ts';
import { openDirectory } from '../../support/stand-in-kong/start-kong.ts';
import { writePlugin } from '../../support/stand-in-kong/write-plugin.ts';
import { makeSend } from '../../http/make-send.ts';

const send = makeSend();

export type Examined = Examination & { readonly codes: readonly string[] };

/** Looks at a node by its files, and at what a log says of it. */
export async function examine(place: NodePlace, luaRoot: string, log?: string): Promise<Examined> {
  const given: LogText | undefined =
    log === undefined ? undefined : { name: 'log', text: log, isWhole: true };
  const patient = readPatient(place, {
    luaRoot,
    ownDirectory: join(luaRoot, '.kongcrate'),
    bundled: BUNDLED_PLUGINS,
    removedModules: REMOVED_MODULES,
  });
  const found = await examineNode(patient, { send, known: [], ...(given && { log: given }) });
  return { ...found, codes: found.findings.map(({ code }) => code) };
}

/** A node of files alone: nothing runs, and nobody is asked. */
export class StillNode {
  readonly base: string = openDirectory();
  readonly luaRoot: string = this.at('lua');
  environment: Record<string, string> = {};

  constructor(plugins = 'bundled,canary', luaPackagePath = `${this.luaRoot}/?.lua;;`) {
    this.write('prefix/none', '');
    this.configure(`plugins = ${plugins}\nlua_package_path = ${luaPackagePath}\n`);
  }

  at(path: string): string {
    return join(this.base, path);
  }

  write(path: string, text: string): string {
    mkdirSync(dirname(this.at(path)), { recursive: true });
    writeFileSync(this.at(path), text);
    return this.at(path);
  }

  configure(text: string): void {
    this.write('kong.conf', `${text}admin_listen = off\nstatus_listen = off\n`);
  }

  /** A plugin below a root of the node's. */
  plugin(root = 'lua', name = 'canary'): string {
    return writePlugin(this.at(root), name);
  }

  examine(log?: string): Promise<Examined> {
    const [prefix, kongConf] = [this.at('prefix'), this.at('kong.conf')];
    return examine({ prefix, kongConf, environment: this.environment }, this.luaRoot, log);
  }
}
