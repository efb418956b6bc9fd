import { join } from 'node:path';
import { MemoryStore } from '../../src/content/memory-store.ts';
import { OciLayoutStore } from '../../src/layout/oci-layout-store.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { storeContract } from './store-contract.ts';

storeContract('memory', () => new MemoryStore());
storeContract('OCI layout', () => new OciLayoutStore(join(temporaryDirectory(), 'layout')));
