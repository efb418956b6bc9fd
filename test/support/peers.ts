import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

export type PeerName =
  | 'action-validator'
  | 'actionlint'
  | 'buildah'
  | 'cosign2'
  | 'cosign3'
  | 'crane'
  | 'oras'
  | 'docker'
  | 'docker-registry'
  | 'htpasswd'
  | 'shellcheck'
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

/** The path of a real program that tests compare with. */
export function peer(name: PeerName): string {
  const found = peers[name];
  if (found === undefined)
    throw new Error(`no ${name} here: run node scripts/set-up-peers.js, use describeWithPeers`);
  return found.path;
}

/**
 * A suite that needs real programs. Where one is missing the suite is skipped loudly; with CI set
 * it fails, so that no comparison is lost unnoticed.
 */
export function describeWithPeers(
  names: readonly PeerName[],
  title: string,
  body: () => void,
): void {
  const missing = names.filter((name) => peers[name] === undefined);
  if (missing.length === 0) {
    describe(title, body);
    return;
  }
  const problem = `needs ${missing.join(', ')}: run node scripts/set-up-peers.js`;
  if (process.env['CI']) {
    describe(title, () => {
      it(problem, () => expect.unreachable(problem));
    });
    return;
  }
  process.stderr.write(`SKIPPED ${title}: ${problem}\n`);
  describe.skip(title, () => {
    it(problem, () => undefined);
  });
}
