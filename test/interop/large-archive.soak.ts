import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { describe as descriptorOf, type Descriptor } from '../../src/content/descriptor.ts';
import { OciLayoutStore } from '../../src/layout/oci-layout-store.ts';
import { OCI_LAYER_GZIP } from '../../src/reference/media-types.ts';
import { pushManifest } from '../signing/support.ts';
import { makeArtifact } from '../support/small-artifact.ts';
import { runKongcrate } from '../support/run.ts';
import { count, report } from '../support/soak.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const CHUNK = Buffer.alloc(2 ** 20);
/** Above what is held in memory of a compressed archive. */
const LARGE_MEBIBYTES = 600;
/** How much more memory a large archive may take than a small one. */
const SLACK_MEBIBYTES = 48;

/** As in /proc/self/status: VmHWM is this process's own, proc(5). */
const TELL_MEMORY = `--import=data:text/javascript,${encodeURIComponent(
  'import{readFileSync,writeSync}from"node:fs";' +
    'process.on("exit",()=>writeSync(2,readFileSync("/proc/self/status")))',
)}`;

const directory = temporaryDirectory();
const at = (name: string): string => join(directory, name);

function* zeros(mebibytes: number): Generator<Buffer> {
  for (let done = 0; done < mebibytes; done += 1) yield CHUNK;
}

/** A layout with one artifact, whose layer has that size. */
async function writeLayout(name: string, mebibytes: number): Promise<Descriptor> {
  const hash = createHash('sha256');
  for (const chunk of zeros(mebibytes)) hash.update(chunk);
  const digest: Descriptor['digest'] = `sha256:${hash.digest('hex')}`;
  const layer = { mediaType: OCI_LAYER_GZIP, digest, size: mebibytes * CHUNK.length };
  const store = new OciLayoutStore(at(name));
  await store.push(layer, () => Promise.resolve(Readable.from(zeros(mebibytes))));
  const [config, bytes] = makeArtifact('').contents[0] ?? expect.unreachable();
  await store.push(descriptorOf(config.mediaType, bytes), bytes);
  const manifest = await pushManifest(store, { config, layers: [layer] });
  await store.tag(manifest, '1.0.0');
  return manifest;
}

/** Gives the peak memory of a copy in MiB. */
async function copy(source: string, target: string): Promise<number> {
  const args = ['copy', source, target, '--max-layer-size', '1GiB'];
  const { status, stderr } = await runKongcrate(args, { env: { NODE_OPTIONS: TELL_MEMORY } });
  expect(status, stderr).toBe(0);
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(stderr)?.[1]) / 1024;
}

/** Into an archive and out again; gives both peaks. */
async function inAndOut(mebibytes: number): Promise<readonly [into: number, out: number]> {
  const [from, archive, to] = ['from', 'archive', 'to'].map((one) => `${one}-${mebibytes}`);
  const manifest = await writeLayout(from ?? '', mebibytes);
  const file = `oci-archive:${at(archive ?? '')}`;
  const into = await copy(`oci-layout:${at(from ?? '')}:1.0.0`, file);
  const out = await copy(`${file}:1.0.0`, `oci-layout:${at(to ?? '')}`);
  expect((await new OciLayoutStore(at(to ?? '')).resolve('1.0.0')).digest).toBe(manifest.digest);
  report(
    `archive of ${count(mebibytes)} MiB: peak ${Math.round(into)} MiB in, ${Math.round(out)} MiB out`,
  );
  return [into, out];
}

it('an archive of more than memory is to hold is written and read in flat memory', async () => {
  const [smallInto, smallOut] = await inAndOut(64);
  const [largeInto, largeOut] = await inAndOut(LARGE_MEBIBYTES);
  expect(largeInto - smallInto).toBeLessThan(SLACK_MEBIBYTES);
  expect(largeOut - smallOut).toBeLessThan(SLACK_MEBIBYTES);
});
