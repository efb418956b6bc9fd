import type { Command } from 'commander';
import type { Context } from './context.ts';

/** A command file: it adds arguments, options, examples and the action to its command. */
export interface CommandModule {
  configure(command: Command, context: Context): void;
}

export interface CommandEntry {
  readonly name: string;
  /** What users of other tools type for it. */
  readonly alias?: string;
  readonly group: string;
  readonly summary: string;
  /** Loads the command's file, and with it what the command needs: nothing else is loaded. */
  load(): Promise<CommandModule>;
}

const PACKAGE = 'Package:';
const KEYS = 'Keys and trust:';
const STORE = 'Registry and layout:';
const NODE = 'Node:';
export const HELP_GROUP = 'Help:';

/** Every command in the order of `--help`. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'pack',
    group: PACKAGE,
    summary: 'check a plugin and write a reproducible archive',
    load: () => import('./commands/pack.ts'),
  },
  {
    name: 'lint',
    group: PACKAGE,
    summary: 'list what Kong would refuse, with file and line',
    load: () => import('./commands/lint.ts'),
  },
  {
    name: 'unpack',
    group: PACKAGE,
    summary: 'write out the files of any plugin archive',
    load: () => import('./commands/unpack.ts'),
  },
  {
    name: 'diff',
    group: PACKAGE,
    summary: 'compare two plugins: sources, archives or references',
    load: () => import('./commands/diff.ts'),
  },
  {
    name: 'generate-key-pair',
    group: KEYS,
    summary: 'make cosign.key and cosign.pub',
    load: () => import('./commands/generate-key-pair.ts'),
  },
  {
    name: 'import-key-pair',
    group: KEYS,
    summary: "turn a PEM private key into cosign's files",
    load: () => import('./commands/import-key-pair.ts'),
  },
  {
    name: 'public-key',
    group: KEYS,
    summary: 'print the public key of a private key',
    load: () => import('./commands/public-key.ts'),
  },
  {
    name: 'sign',
    group: KEYS,
    summary: 'sign an artifact, for cosign 2 and 3',
    load: () => import('./commands/sign.ts'),
  },
  {
    name: 'attest',
    group: KEYS,
    summary: 'sign what is said of an artifact: provenance, an SBOM',
    load: () => import('./commands/attest.ts'),
  },
  {
    name: 'verify',
    group: KEYS,
    summary: 'say who signed an artifact, or why it is not trusted',
    load: () => import('./commands/verify.ts'),
  },
  {
    name: 'trust-root',
    group: KEYS,
    summary: 'show or update the authorities and logs that certificates are held against',
    load: () => import('./commands/trust-root.ts'),
  },
  {
    name: 'login',
    group: STORE,
    summary: 'check a login with a registry and keep it, as docker does',
    load: () => import('./commands/login.ts'),
  },
  {
    name: 'logout',
    group: STORE,
    summary: 'forget the login for a registry',
    load: () => import('./commands/logout.ts'),
  },
  {
    name: 'push',
    group: STORE,
    summary: 'upload a plugin',
    load: () => import('./commands/push.ts'),
  },
  {
    name: 'publish',
    group: STORE,
    summary: 'check, pack, push, sign, verify, and tag last',
    load: () => import('./commands/publish.ts'),
  },
  {
    name: 'pull',
    group: STORE,
    summary: 'verify an artifact and write it to disk',
    load: () => import('./commands/pull.ts'),
  },
  {
    name: 'copy',
    alias: 'cp',
    group: STORE,
    summary: 'copy artifacts with all signatures, also into an archive',
    load: () => import('./commands/copy.ts'),
  },
  {
    name: 'inspect',
    group: STORE,
    summary: 'show what a reference, a layout or a file holds',
    load: () => import('./commands/inspect.ts'),
  },
  {
    name: 'export',
    group: STORE,
    summary: 'write what a Dockerfile, Kubernetes or Helm needs for a plugin',
    load: () => import('./commands/export.ts'),
  },
  {
    name: 'install',
    group: NODE,
    summary: 'verify plugins and install all of them or none',
    load: () => import('./commands/install.ts'),
  },
  {
    name: 'status',
    group: NODE,
    summary: 'show what is installed, by whom it was signed, and drift',
    load: () => import('./commands/status.ts'),
  },
  {
    name: 'history',
    group: NODE,
    summary: 'show what was installed, taken back and removed',
    load: () => import('./commands/history.ts'),
  },
  {
    name: 'rollback',
    group: NODE,
    summary: 'go back to what was installed before',
    load: () => import('./commands/rollback.ts'),
  },
  {
    name: 'hold',
    group: NODE,
    summary: 'keep plugins at their version',
    load: () => import('./commands/hold.ts'),
  },
  {
    name: 'unhold',
    group: NODE,
    summary: 'let held plugins change again',
    load: () => import('./commands/unhold.ts'),
  },
  {
    name: 'remove',
    group: NODE,
    summary: 'take plugins out that nothing uses',
    load: () => import('./commands/remove.ts'),
  },
  {
    name: 'enable',
    group: NODE,
    summary: 'add plugins to the list in kong.conf',
    load: () => import('./commands/enable.ts'),
  },
  {
    name: 'disable',
    group: NODE,
    summary: 'have Kong load plugins no more',
    load: () => import('./commands/disable.ts'),
  },
  {
    name: 'activate',
    group: NODE,
    summary: 'have Kong load what is installed, and make sure that it serves',
    load: () => import('./commands/activate.ts'),
  },
  {
    name: 'env',
    group: NODE,
    summary: 'print the variables that make Kong load the plugins',
    load: () => import('./commands/env.ts'),
  },
  {
    name: 'doctor',
    group: NODE,
    summary: 'say why Kong does not load or serve the plugins, and what to do',
    load: () => import('./commands/doctor.ts'),
  },
  {
    name: 'lock',
    group: NODE,
    summary: 'resolve and verify what kongcrate.yaml asks for, and write it down',
    load: () => import('./commands/lock.ts'),
  },
  {
    name: 'sync',
    group: NODE,
    summary: 'make the node equal to kongcrate.lock',
    load: () => import('./commands/sync.ts'),
  },
  {
    name: 'quickstart',
    group: HELP_GROUP,
    summary: 'run the whole flow in a temporary directory',
    load: () => import('./commands/quickstart.ts'),
  },
  {
    name: 'completion',
    group: HELP_GROUP,
    summary: 'print a completion script for bash, zsh or fish',
    load: () => import('./commands/completion.ts'),
  },
  {
    name: 'version',
    group: HELP_GROUP,
    summary: 'print the version',
    load: () => import('./commands/version.ts'),
  },
];
