import type { RegistryStore } from '../../src/registry/registry-store.ts';
import { makeArtifact, pushArtifact, type SmallArtifact } from '../support/small-artifact.ts';
import {
  startTestRegistry,
  type TestRegistry,
  type TestRegistryOptions,
} from '../support/test-registry.ts';
import { openTestStore } from './store-support.ts';

/** What is in the registry before a race begins. */
export const artifact: SmallArtifact = makeArtifact('layer');

/** Opens when so many have arrived. */
function latch(count: number): {
  readonly arrive: () => Promise<void>;
  readonly open: Promise<void>;
} {
  let left = count;
  let unlock = (): void => undefined;
  const open = new Promise<void>((resolve) => {
    unlock = resolve;
  });
  const arrive = (): Promise<void> => {
    left -= 1;
    if (left === 0) unlock();
    return open;
  };
  return { arrive, open };
}

export interface Race {
  readonly registry: TestRegistry;
  readonly stores: readonly [RegistryStore, RegistryStore];
}

/**
 * Two writers who both read a tag before either writes it, and who both wait, before they read it
 * again, until both have written: what one of them wrote first is lost.
 */
export async function startRace(
  tag: string,
  options: TestRegistryOptions,
  prepare: (store: RegistryStore) => Promise<void>,
): Promise<Race> {
  const registry = await startTestRegistry({ referrersApi: false, ...options });
  const store = openTestStore(registry.host);
  await pushArtifact(store, artifact);
  await prepare(store);
  const path = new RegExp(`manifests/${tag}$`);
  const reads = latch(2);
  const writes = latch(2);
  registry.next('GET', path, { after: reads.arrive }, 2);
  registry.next('PUT', path, { after: () => void writes.arrive() }, 2);
  const open = (): RegistryStore =>
    openTestStore(registry.host, { retries: { wait: () => writes.open } });
  return { registry, stores: [open(), open()] };
}

/** What the requests to a tag were answered with. */
export const statuses = ({ registry }: Race, method: string, tag: string): readonly number[] =>
  registry.log
    .filter((one) => one.method === method && one.path.endsWith(tag))
    .map(({ status }) => status);
