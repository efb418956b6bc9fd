import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runCommand } from '../support/run-command.js';
import { PEERS } from './peer-list.js';

/** What is there, name -> {path, version}, and what is missing, name -> reason. */
export async function findPeers(directory) {
  const names = Object.keys(PEERS);
  const results = await Promise.allSettled(names.map((name) => findPeer(name, directory)));
  const found = names.map((name, at) => [name, results[at].value]).filter(([, peer]) => peer);
  const missing = names
    .map((name, at) => [name, results[at].reason?.message])
    .filter(([, reason]) => reason);
  return { found: Object.fromEntries(found), missing: Object.fromEntries(missing) };
}

/** Runs the program once: that it starts on this machine is part of being there. */
async function findPeer(name, directory) {
  const path = pathOf(name, directory);
  if (path === undefined) throw new Error('not installed');
  const { output } = await runCommand(path, PEERS[name].ask);
  const record = join(directory, name, 'version');
  // Debian's crane does not know its own version, so the package's counts where there is one.
  const version = existsSync(record)
    ? readFileSync(record, 'utf8').trim()
    : (/\d+\.\d[\w.+~-]*/.exec(output)?.[0] ?? 'unknown');
  if (!PEERS[name].accepts.test(version))
    throw new Error(`${path} is version ${version}, wanted ${PEERS[name].accepts.source}`);
  return { path, version };
}

/** Debian's own copy comes before others on PATH, which may be wrappers bound to a user's home. */
function pathOf(name, directory) {
  const { from, program = `usr/bin/${PEERS[name].package ?? name}` } = PEERS[name];
  const unpacked = join(directory, name, program);
  const searched = ['/usr/bin', ...(process.env.PATH ?? '').split(delimiter)];
  const places =
    from === 'bookworm' ? [...searched.map((place) => join(place, name)), unpacked] : [unpacked];
  return places.find((place) => existsSync(place));
}
