import { join } from 'node:path';
import { beforeAll, beforeEach, describe } from 'vitest';
import type { ContentStore, ReadableStore } from '../../src/content/content-store.ts';
import { MemoryStore } from '../../src/content/memory-store.ts';
import { MirroredStore } from '../../src/content/mirrored-store.ts';
import { OciLayoutStore } from '../../src/layout/oci-layout-store.ts';
import { openTestStore } from '../registry/store-support.ts';
import { startCraneRegistry } from '../support/crane-registry.ts';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { describeWithPeers } from '../support/peers.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startTestRegistry } from '../support/test-registry.ts';
import { storeContract } from './store-contract.ts';

let host: string;
let repositories = 0;

function openNewRepository(): ContentStore {
  repositories += 1;
  return openTestStore(host, { repository: `acme/plugin-${repositories}` });
}

function withMirror(mirror: ReadableStore): ContentStore {
  const source = { name: 'source', store: new MemoryStore(), hasTags: true };
  const mirrors = [{ name: 'mirror', store: mirror, hasTags: true, namedBy: 'test:1' }] as const;
  return new MirroredStore({ mirrors, source });
}

storeContract('memory', () => new MemoryStore());
storeContract('a source behind an empty mirror', () => withMirror(new MemoryStore()));
storeContract('OCI layout', () => new OciLayoutStore(join(temporaryDirectory(), 'layout')));

describe('over HTTP', () => {
  beforeAll(async () => {
    ({ host } = await startTestRegistry());
  });
  storeContract('registry that lists referrers', openNewRepository);
});

describe('over HTTP, behind a mirror that is down', () => {
  beforeAll(async () => {
    const registry = await startTestRegistry();
    ({ host } = registry);
    await registry.close();
  });
  storeContract('a source alone', () => withMirror(openTestStore(host, { retries: { tries: 1 } })));
});

describe('over HTTP, one entry a page', () => {
  beforeAll(async () => {
    ({ host } = await startTestRegistry({ pageSize: 1 }));
  });
  storeContract('registry that lists page by page', openNewRepository);
});

describe('over HTTP, as before OCI 1.1', () => {
  beforeAll(async () => {
    ({ host } = await startTestRegistry({ referrersApi: false, entityTags: 'none' }));
  });
  storeContract('registry without referrers', openNewRepository);
});

describeWithPeers(['docker-registry'], 'Debian', () => {
  beforeAll(async () => {
    ({ host } = await startDockerRegistry());
  });
  storeContract('docker-registry', openNewRepository);
});

describeWithPeers(['crane'], 'go-containerregistry', () => {
  // It keeps the blobs of all repositories in one place: each test needs a registry of its own.
  beforeEach(async () => {
    host = await startCraneRegistry();
  });
  storeContract('crane registry serve', openNewRepository);
});
