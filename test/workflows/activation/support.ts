import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeLayer } from '../../support/encode-layer.ts';
import { findProgram } from '../../../src/system/find-program.ts';
import type { PrivateKey } from '../../../src/signing/private-key.ts';
import type { ActivationOptions } from '../../../src/workflows/activation/activation-options.ts';
import {
  installPlugins,
  type InstallOptions,
  type InstallReport,
} from '../../../src/workflows/install-plugins.ts';
import { makeSend } from '../../http/make-send.ts';
import { makeKey } from '../../signing/support.ts';
import { publish } from '../../support/published.ts';
import type { KongNode } from '../../support/stand-in-kong/kong-node.ts';
import { writePlugin, type SamplePlugin } from '../../support/stand-in-kong/write-plugin.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const send = makeSend();

/** A plugin of the stand-in's in a layout, signed; gives its reference. */
export async function publishSample(
  name: string,
  { key, ...sample }: SamplePlugin & { readonly key: PrivateKey },
): Promise<string> {
  const source = writePlugin(temporaryDirectory(), name, sample);
  const files = readdirSync(source).map((file) => ({
    path: `kong/plugins/${name}/${file}`,
    bytes: readFileSync(join(source, file)),
  }));
  const { bytes: layer } = await encodeLayer(files);
  const { version = '1.0.0' } = sample;
  return (await publish({ name, version, layer, key })).reference;
}

/** The node as kongcrate finds it, its kong.conf included. */
export function kongOf(
  kong: KongNode,
  options: Partial<ActivationOptions> = {},
): ActivationOptions {
  const { prefix, kongConf, environment } = kong.parts;
  return { place: { prefix, kongConf, environment }, send, ...options };
}

/** A probe that holds at first, and fails at its second try, for one version of canary alone. */
export function failingWith(
  kong: KongNode,
  version: string,
): NonNullable<ActivationOptions['probe']> {
  const handler = join(kong.parts.luaRoot, 'kong/plugins/canary/handler.lua');
  const once = `mkdir ${join(temporaryDirectory(), 'tried')}`;
  return { target: `! grep -q '"${version}"' ${handler} || ${once}`, holdMs: 100 };
}

/** The node as it looks where nothing can reload it any more. */
export function withoutReload(kong: KongNode): ActivationOptions {
  return withReload(kong, 'echo cannot reload; exit 1');
}

/** The node as it looks where this is done first, by a shell, whenever it is reloaded. */
export function withReload(kong: KongNode, script: string): ActivationOptions {
  return withCommand(kong, 'reload', script);
}

/** In the script `$kong` is the real program. */
export function withCommand(kong: KongNode, command: string, script: string): ActivationOptions {
  const { environment } = kong.parts;
  const directory = temporaryDirectory();
  const program = findProgram('kong', environment) ?? '';
  const text = `#!/bin/sh\nkong='${program}'\nif [ "$1" = ${command} ]; then\n${script}\nfi\nexec "$kong" "$@"\n`;
  writeFileSync(join(directory, 'kong'), text, { mode: 0o755 });
  const PATH = `${directory}:${environment['PATH'] ?? ''}`;
  const options = kongOf(kong);
  return { ...options, place: { ...options.place, environment: { PATH } } };
}

export interface Installer {
  readonly key: PrivateKey;
  /** Publishes a version and installs it. */
  readonly install: (
    name: string,
    sample: SamplePlugin,
    options?: Partial<InstallOptions>,
  ) => Promise<InstallReport>;
}

export async function installerFor(kong: KongNode): Promise<Installer> {
  const key = await makeKey();
  return {
    key,
    install: async (name, sample, options = {}) =>
      installPlugins([await publishSample(name, { key, ...sample })], {
        root: { luaRoot: kong.parts.luaRoot },
        keys: [key.publicKey],
        kong: kongOf(kong),
        ...options,
      }),
  };
}

/** The files of a node that a failed change must leave as they were, byte for byte. */
export function settingsOf(kong: KongNode): Readonly<Record<string, string>> {
  const { prefix, kongConf } = kong.parts;
  const generated = readdirSync(prefix, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => join(prefix, name));
  const files = [...generated, kongConf].map((path) => [path, readIfThere(path)] as const);
  return Object.fromEntries(files);
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return 'absent';
  }
}
