import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import { createKeySigner } from '../../src/signing/signer.ts';
import { installPlugins } from '../../src/workflows/install-plugins.ts';
import { publishPlugin, type PublishedPlugin } from '../../src/workflows/publish-plugin.ts';
import { makeKey } from '../signing/support.ts';
import { countRounds } from '../support/count-rounds.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startTestRegistry } from '../support/test-registry.ts';
import { registry as access, writeSource } from './plugin-source.ts';

let key: PrivateKey;

const publish = (reference: string, name?: string): Promise<PublishedPlugin> =>
  publishPlugin(writeSource('1.0.0', name), reference, {
    signer: createKeySigner(key),
    registry: access,
  });

const install = (references: readonly string[]): Promise<unknown> =>
  installPlugins(references, {
    keys: [key.publicKey],
    registry: access,
    root: { luaRoot: join(temporaryDirectory(), 'lua') },
  });

beforeAll(async () => {
  key = await makeKey();
});

const FALLBACK = ['the fallback tag', { referrersApi: false }] as const;
const API = ['the referrers API', {}] as const;

// A machine that stands still for a while makes two rounds of one; none can make one of two.
describe('requests that wait for one another', { retry: 2 }, () => {
  it.each([
    [...FALLBACK, 'by tag', 5],
    [...API, 'by tag', 4],
    [...FALLBACK, 'by digest', 4],
    [...API, 'by digest', 3],
  ] as const)('an install with %s, %o %s: %i', async (_what, behaviour, way, rounds) => {
    const registry = await startTestRegistry(behaviour);
    const tag = `${registry.host}/acme/my-plugin:1.0.0`;
    const { reference } = await publish(tag);
    const named = way === 'by tag' ? tag : reference;
    expect(await countRounds(registry, () => install([named]))).toBe(rounds);
  });

  it('eight plugins take no more than one', async () => {
    const registry = await startTestRegistry();
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((letter) => `plugin-${letter}`);
    const references = names.map((name) => `${registry.host}/acme/${name}:1.0.0`);
    for (const [index, reference] of references.entries()) await publish(reference, names[index]);
    expect(await countRounds(registry, () => install(references))).toBe(4);
  });

  it.each([
    [...FALLBACK, 15],
    [...API, 12],
  ] as const)('a publication with %s, %o: %i', async (_what, behaviour, rounds) => {
    const registry = await startTestRegistry(behaviour);
    const reference = `${registry.host}/acme/my-plugin:1.0.0`;
    expect(await countRounds(registry, () => publish(reference))).toBe(rounds);
  });
});
