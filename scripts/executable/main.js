/** What the executable runs: the command line of dist/cli, file by file out of the executable itself. */
import { getAssetKeys, getRawAsset } from 'node:sea';
import { Script } from 'node:vm';
import { createRequire } from './load-files.js';

const assets = new Set(getAssetKeys());
const bytesOf = (name) => Buffer.from(getRawAsset(name));

/** What a node seldom runs is deflated. */
function textOf(name) {
  if (assets.has(name)) return bytesOf(name).toString('latin1');
  const { inflateRawSync } = process.getBuiltinModule('node:zlib');
  return inflateRawSync(bytesOf(`${name}.deflated`)).toString('latin1');
}

function compile(name) {
  const cache = `${name}.cache`;
  const cachedData = assets.has(cache) ? bytesOf(cache) : undefined;
  const script = new Script(textOf(name), { filename: name, cachedData });
  // The executable works without its code cache, only slower: a build has to notice.
  if (script.cachedDataRejected === true) process.emitWarning(`the cache of ${name} is rejected`);
  return script;
}

createRequire(compile)('./cli.cjs');
