/**
 * Fetches the real programs that the tests compare with and writes .cache/peers/peers.json
 * (name -> {path, version}). What cannot be had is named; with CI set that is a failure.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPeers } from './peers/find-peers.js';
import { installNpmPackage, installPackages, unpackPackages } from './peers/install-peers.js';
import { PEERS } from './peers/peer-list.js';

const DIRECTORY = fileURLToPath(new URL('../.cache/peers', import.meta.url));
const RECORD = join(DIRECTORY, 'peers.json');
const RECORD_VALID_MS = 7 * 24 * 60 * 60 * 1000;

const say = (text) => {
  process.stderr.write(`peers: ${text}\n`);
};

/** Whether the last run found everything, lately, and all of it is still there. */
function recordHolds() {
  if (!existsSync(RECORD) || Date.now() - statSync(RECORD).mtimeMs > RECORD_VALID_MS) return false;
  const record = JSON.parse(readFileSync(RECORD, 'utf8'));
  return Object.entries(PEERS).every(
    ([name, { accepts }]) =>
      name in record && accepts.test(record[name].version) && existsSync(record[name].path),
  );
}

async function fetchPeers(names) {
  const that = (test) =>
    names
      .filter((name) => test(PEERS[name]))
      .map((name) => ({ name, package: PEERS[name].package ?? name, release: PEERS[name].from }));
  const isInstalled = (peer) => peer.from === 'bookworm' && !peer.unpacked;
  const installed = that(isInstalled);
  const packed = that((peer) => peer.from === 'npm');
  const unpacked = that((peer) => !isInstalled(peer) && peer.from !== 'npm');
  await Promise.all([
    installed.length > 0 && attempt(() => installPackages(installed.map((peer) => peer.package))),
    unpacked.length > 0 && attempt(() => unpackPackages(unpacked, DIRECTORY)),
    ...packed.map((peer) =>
      attempt(() => installNpmPackage(peer.package, join(DIRECTORY, peer.name))),
    ),
  ]);
}

/** One source that fails does not keep the others from being fetched. */
async function attempt(work) {
  try {
    await work();
  } catch (error) {
    say(error.message);
  }
}

function writeRecord(found) {
  mkdirSync(DIRECTORY, { recursive: true });
  writeFileSync(`${RECORD}.partial`, `${JSON.stringify(found, null, 2)}\n`);
  renameSync(`${RECORD}.partial`, RECORD);
}

if (!recordHolds()) {
  const absent = Object.keys((await findPeers(DIRECTORY)).missing);
  if (absent.length > 0) say(`fetching ${absent.join(', ')}`);
  await fetchPeers(absent);
  const { found, missing } = await findPeers(DIRECTORY);
  writeRecord(found);
  const versions = Object.entries(found).map(([name, { version }]) => `${name} ${version}`);
  say(versions.join(', '));
  for (const [name, reason] of Object.entries(missing)) say(`MISSING ${name}: ${reason}`);
  if (Object.keys(missing).length > 0 && process.env.CI) process.exitCode = 1;
}
