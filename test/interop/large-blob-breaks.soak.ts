import { createCipheriv, createHash } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { beforeAll, expect, it } from 'vitest';
import { describe as descriptorOf, type Descriptor } from '../../src/content/descriptor.ts';
import { OciLayoutStore } from '../../src/layout/oci-layout-store.ts';
import { OCI_CONFIG, OCI_LAYER_GZIP, OCI_MANIFEST } from '../../src/reference/media-types.ts';
import { bundleProgram } from '../support/bundle-program.ts';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { startFaultProxy, type FaultPlan, type FaultProxy } from '../support/fault-proxy.ts';
import { describeWithPeers } from '../support/peers.ts';
import { count, report } from '../support/soak.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import type { CopyTask } from './faults/copy-child.ts';

const MEBIBYTE = 2 ** 20;
/** Fewer with KONGCRATE_SOAK_MEBIBYTES. */
const LARGE_MEBIBYTES = Number(process.env['KONGCRATE_SOAK_MEBIBYTES'] ?? 1024);
const CHUNK_BYTES = 16 * MEBIBYTE;
/** How much more memory the large blob may take than one of 64 MiB. */
const SLACK_MEBIBYTES = 48;

/** Bytes that compress no more than code that is packed already: the same in every run. */
function* noise(mebibytes: number): Generator<Buffer> {
  const cipher = createCipheriv('aes-256-ctr', Buffer.alloc(32, 'key'), Buffer.alloc(16));
  const zeros = Buffer.alloc(MEBIBYTE);
  for (let done = 0; done < mebibytes; done += 1) yield cipher.update(zeros);
}

/** A layout with one artifact, whose layer has that size. */
async function writeLayout(directory: string, mebibytes: number): Promise<Descriptor> {
  const hash = createHash('sha256');
  for (const chunk of noise(mebibytes)) hash.update(chunk);
  const layer: Descriptor = {
    mediaType: OCI_LAYER_GZIP,
    digest: `sha256:${hash.digest('hex')}`,
    size: mebibytes * MEBIBYTE,
  };
  const store = new OciLayoutStore(directory);
  await store.push(layer, () => Promise.resolve(Readable.from(noise(mebibytes))));
  const config = Buffer.from('{"architecture":"amd64","os":"linux"}');
  await store.push(descriptorOf(OCI_CONFIG, config), config);
  const document = { schemaVersion: 2, mediaType: OCI_MANIFEST };
  const named = { config: descriptorOf(OCI_CONFIG, config), layers: [layer] };
  const bytes = Buffer.from(JSON.stringify({ ...document, ...named }));
  await store.push(descriptorOf(OCI_MANIFEST, bytes), bytes, { tag: '1.0.0' });
  return descriptorOf(OCI_MANIFEST, bytes);
}

describeWithPeers(['docker-registry'], 'a large blob over a network that breaks', () => {
  const directory = temporaryDirectory();
  let proxy: FaultProxy;
  let start: Awaited<ReturnType<typeof bundleProgram>>;

  beforeAll(async () => {
    const { host } = await startDockerRegistry();
    proxy = await startFaultProxy(host);
    start = await bundleProgram(new URL('faults/copy-child.ts', import.meta.url));
  });

  /** Copies in a process of its own; gives its peak memory in MiB. */
  async function copy(task: CopyTask, plan: FaultPlan): Promise<number> {
    proxy.start(plan);
    const child = start(task);
    if (!child.stdout) throw new Error('the child has no stdout');
    const [peak] = await Promise.all([text(child.stdout), once(child, 'close')]);
    expect(child.exitCode).toBe(0);
    return Number(peak) / 1024;
  }

  /** Up and down again, each with a break about every fifth chunk; gives both peaks. */
  async function upAndDown(mebibytes: number): Promise<readonly [up: number, down: number]> {
    const at = (name: string): string => join(directory, `${name}-${mebibytes}`);
    const manifest = await writeLayout(at('source'), mebibytes);
    const [source, target] = [{ directory: at('source') }, { directory: at('target') }];
    const registry = { host: proxy.host };
    let breaks = 0;
    const breaksUp: FaultPlan = ({ at: request, what }) => {
      if (what !== 'PATCH upload' || request % 5 !== 4) return undefined;
      breaks += 1;
      return { kind: 'reset', atBytes: 5 * MEBIBYTE };
    };
    const up = await copy({ from: source, to: registry, manifest }, breaksUp);
    const sentBytes = proxy.seen.reduce((sum, { requestBytes }) => sum + requestBytes, 0);
    expect(breaks).toBeGreaterThan(0);
    expect(sentBytes - mebibytes * MEBIBYTE).toBeLessThan(breaks * CHUNK_BYTES + MEBIBYTE);

    let cuts = 0;
    const breaksDown: FaultPlan = ({ what }) => {
      if (what !== 'GET blob' || cuts >= mebibytes / 80) return undefined;
      cuts += 1;
      return { kind: 'truncation', atBytes: Math.floor(mebibytes / 10) * MEBIBYTE };
    };
    const down = await copy({ from: registry, to: target, manifest }, breaksDown);
    const gotBytes = proxy.seen.reduce((sum, { answerBytes }) => sum + answerBytes, 0);
    expect(gotBytes - mebibytes * MEBIBYTE).toBeLessThan(cuts * CHUNK_BYTES + MEBIBYTE);
    const { digest } = await new OciLayoutStore(target.directory).resolve(manifest.digest);
    expect(digest).toBe(manifest.digest);
    report(
      `${count(mebibytes)} MiB: up with ${breaks} breaks, ${count(sentBytes)} bytes sent, peak ${Math.round(up)} MiB; down with ${cuts} breaks, ${count(gotBytes)} bytes, peak ${Math.round(down)} MiB`,
    );
    return [up, down];
  }

  it('takes no more memory than a small one, and sends one chunk again a break', async () => {
    const [smallUp, smallDown] = await upAndDown(96);
    const [largeUp, largeDown] = await upAndDown(LARGE_MEBIBYTES);
    expect(largeUp - smallUp).toBeLessThan(SLACK_MEBIBYTES);
    expect(largeDown - smallDown).toBeLessThan(SLACK_MEBIBYTES);
  });
});
