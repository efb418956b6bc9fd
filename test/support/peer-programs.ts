import { existsSync, readFileSync } from 'node:fs';

export type PeerName =
  | 'action-validator'
  | 'actionlint'
  | 'shellcheck'
  | 'buildah'
  | 'cosign2'
  | 'cosign3'
  | 'crane'
  | 'oras'
  | 'docker'
  | 'docker-registry'
  | 'htpasswd'
  | 'skopeo'
  | 'softhsm2-util'
  | 'kubectl'
  | 'luajit'
  | 'luarocks'
  | 'nginx'
  | 'node24'
  | 'opensc-tool'
  | 'python3'
  | 'tar';

interface Peer {
  readonly path: string;
  readonly version: string;
}

const RECORD = new URL('../../.cache/peers/peers.json', import.meta.url);
const peers = (existsSync(RECORD) ? JSON.parse(readFileSync(RECORD, 'utf8')) : {}) as Partial<
  Record<PeerName, Peer>
>;

/** The real programs that are here, with their versions. */
export function findPeer(name: PeerName): Peer | undefined {
  return peers[name];
}

/** The path of a real program to compare with. */
export function peer(name: PeerName): string {
  const found = findPeer(name);
  if (found === undefined) throw new Error(`no ${name} here: run node scripts/set-up-peers.js`);
  return found.path;
}
