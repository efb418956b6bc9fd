import { join } from 'node:path';
import { ROOT } from './root.ts';
import type { Task } from './meter.ts';
import type { Plugin } from './payload.ts';

/** A way to bring plugins to a registry and to nodes. */
export interface Flow {
  readonly name: string;
  /** Prints as its last line the reference with the digest. `work` is a fresh directory. */
  publish(plugin: Plugin, reference: string, work: string): Task;
  /** Installs all of `references` into a Lua root below the directory `work`. */
  install(references: readonly string[], work: string): Task;
}

export interface FlowContext {
  /** Holds cosign.key and cosign.pub, and signing.json for cosign 3. */
  readonly keys: string;
  readonly environment: Readonly<Record<string, string>>;
}

// The largest plugin that is measured is above what is taken without being asked.
const SIZE_LIMITS = ['--max-unpacked-size', '2GiB'];

/** The product. */
export function ownFlow(
  program: readonly string[],
  context: FlowContext,
  signFlags: readonly string[] = ['--key', join(context.keys, 'cosign.key')],
): Flow {
  const task = (args: readonly string[]): Task => ({
    command: [...program, ...args],
    env: context.environment,
  });
  const verifyFlags = ['--key', join(context.keys, 'cosign.pub')];
  return {
    name: 'kongcrate',
    publish: ({ parent }, reference) =>
      task(['publish', join(parent, 'my-plugin'), reference, ...signFlags, ...SIZE_LIMITS]),
    install: (references, work) =>
      task([
        ...['install', ...references, ...verifyFlags, '--lua-root', join(work, 'lua')],
        ...['--no-activate', '--max-layer-size', '2GiB', ...SIZE_LIMITS],
      ]),
  };
}

/** The flow by hand, as it is documented for Kong: tar, cosign, crane, tar twice, cp. */
export function seedFlow(
  cosign: { readonly path: string; readonly signFlags: string; readonly name: string },
  crane: string,
  { keys, environment }: FlowContext,
): Flow {
  const env = {
    ...environment,
    COSIGN: cosign.path,
    CRANE: crane,
    KEYS: keys,
    SIGN_FLAGS: cosign.signFlags,
  };
  const task = (script: string, args: readonly string[]): Task => ({
    command: ['/bin/sh', join(ROOT, 'bench/seed', script), ...args],
    env,
  });
  return {
    name: cosign.name,
    publish: ({ parent }, reference, work) => task('publish.sh', [parent, reference, work]),
    install: (references, work) =>
      task('install.sh', [join(work, 'work'), join(work, 'lua'), ...references]),
  };
}
