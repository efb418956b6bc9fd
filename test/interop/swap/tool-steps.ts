import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { runPeer } from '../../support/must-succeed.ts';
import { peer } from '../../support/peers.ts';
import { run } from '../../support/run.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import type { Steps } from './steps.ts';

export type Cosign = 'cosign2' | 'cosign3';

/** Neither cosign asks a log; cosign 3 must also be told to do without a signing config. */
const OFFLINE = { cosign2: [], cosign3: ['--use-signing-config=false'] } as const;

export const packWithTar: Steps['pack'] = async ({ source }) => {
  const archive = join(temporaryDirectory(), 'my-plugin.tar.gz');
  await runPeer('tar', ['-czf', archive, '-C', dirname(source), basename(source)]);
  return archive;
};

export const generateKeyPairWith =
  (cosign: Cosign): Steps['generateKeyPair'] =>
  async () => {
    const cwd = temporaryDirectory();
    await runPeer(cosign, ['generate-key-pair'], { cwd });
    return { privateKey: join(cwd, 'cosign.key'), publicKey: join(cwd, 'cosign.pub') };
  };

/** docker's client logs in without an engine. */
export const loginWithDocker: Steps['login'] = async ({ host, username, password }) => {
  const home = temporaryDirectory();
  const env = { HOME: home, DOCKER_HOST: 'unix:///nowhere' };
  const args = ['login', '-u', username, '--password-stdin', host];
  await runPeer('docker', args, { env, input: password });
  return home;
};

export const uploadWith =
  (cosign: Cosign): Steps['upload'] =>
  ({ archive, home, target }) =>
    runPeer(cosign, ['upload', 'blob', '-f', archive, target], { env: { HOME: home } });

export const signWith =
  (cosign: Cosign, ...flags: readonly string[]): Steps['sign'] =>
  async ({ privateKey, home, reference }) => {
    const offline = [...OFFLINE[cosign], '--tlog-upload=false', '-y'];
    const args = ['sign', '--key', privateKey, ...offline, ...flags, reference];
    await runPeer(cosign, args, { env: { HOME: home } });
  };

export const verifyWith =
  (cosign: Cosign): Steps['verify'] =>
  ({ publicKey, home, reference }) => {
    const args = ['verify', '--key', publicKey, '--insecure-ignore-tlog=true', reference];
    return run(peer(cosign), args, { env: { HOME: home } });
  };

export const pullWithCrane: Steps['pull'] = async ({ home, reference }) => {
  const tarball = join(temporaryDirectory(), 'pulled.tar');
  await runPeer('crane', ['pull', reference, tarball], { env: { HOME: home } });
  return tarball;
};

export const unpackWithTar: Steps['unpack'] = async ({ tarball }) => {
  const [outer, inner] = [temporaryDirectory(), temporaryDirectory()];
  await runPeer('tar', ['-xf', tarball, '-C', outer]);
  const archive = readdirSync(outer).find((name) => name.endsWith('.tar.gz')) ?? '';
  await runPeer('tar', ['-xf', join(outer, archive), '-C', inner]);
  return inner;
};
