import { join } from 'node:path';
import { kongcrate } from '../../support/must-succeed.ts';
import { runKongcrate } from '../../support/run.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import type { Steps, Uploaded } from './steps.ts';

/** Every step by the built command line. */
export const kongcrateSteps: Steps = {
  async pack({ source }) {
    const archive = join(temporaryDirectory(), 'my-plugin.tar.gz');
    await kongcrate(['pack', source, '-o', archive]);
    return archive;
  },
  async generateKeyPair() {
    const prefix = join(temporaryDirectory(), 'cosign');
    await kongcrate(['generate-key-pair', '--output-key-prefix', prefix]);
    return { privateKey: `${prefix}.key`, publicKey: `${prefix}.pub` };
  },
  async login({ host, username, password }) {
    const home = temporaryDirectory();
    const args = ['login', host, '-u', username, '--password-stdin'];
    await kongcrate(args, { env: { HOME: home }, input: password });
    return home;
  },
  upload: (input) => pushAs('image', input),
  async sign({ privateKey, home, reference }) {
    await kongcrate(['sign', reference, '--key', privateKey], { env: { HOME: home } });
  },
  verify({ publicKey, home, reference }) {
    const args = ['verify', reference, '--key', publicKey, '--json'];
    return runKongcrate(args, { env: { HOME: home } });
  },
  async pull({ publicKey, home, reference }) {
    const tarball = join(temporaryDirectory(), 'pulled.tar');
    const args = ['pull', reference, '--key', publicKey, '-o', tarball];
    await kongcrate(args, { env: { HOME: home } });
    return tarball;
  },
  async unpack({ tarball }) {
    const directory = temporaryDirectory();
    await kongcrate(['unpack', tarball, '-C', directory]);
    return directory;
  },
};

/** Step 4 in one of the artifact layouts. */
export function pushAs(
  layout: 'image' | 'cosign',
  { archive, home, target }: Parameters<Steps['upload']>[0],
): Promise<string> {
  return kongcrate(['push', archive, target, '--layout', layout], { env: { HOME: home } });
}

export interface Installed {
  readonly luaRoot: string;
  /** The SPKI sha256 of every key that was found to have signed. */
  readonly keyIds: readonly string[];
}

/** What follows the eight steps: a node installs the artifact. */
export async function install({
  publicKey,
  home,
  reference,
}: Uploaded & { readonly publicKey: string }): Promise<Installed> {
  const luaRoot = temporaryDirectory();
  const args = ['install', reference, '--key', publicKey, '--lua-root', luaRoot, '--json'];
  const { plugins } = JSON.parse(await kongcrate(args, { env: { HOME: home } })) as {
    plugins: { trust: { signers: { keyId: string }[] } }[];
  };
  return { luaRoot, keyIds: plugins.flatMap(({ trust }) => trust.signers.map((one) => one.keyId)) };
}
