import { readFileSync } from 'node:fs';
import type { ContentStore } from '../../../src/content/content-store.ts';
import { copyGraph } from '../../../src/content/copy-graph.ts';
import type { Descriptor } from '../../../src/content/descriptor.ts';
import { OciLayoutStore } from '../../../src/layout/oci-layout-store.ts';
import { createRegistryStore } from '../../../src/registry/registry-store.ts';

/** A layout's directory, or a registry's host. */
export type Place = { readonly directory: string } | { readonly host: string };

export interface CopyTask {
  readonly from: Place;
  readonly to: Place;
  readonly manifest: Descriptor;
}

function open(place: Place): { readonly store: ContentStore; readonly close: () => void } {
  if ('directory' in place)
    return { store: new OciLayoutStore(place.directory), close: () => undefined };
  const retries = { wait: (): Promise<void> => Promise.resolve() };
  const store = createRegistryStore({ host: place.host, repository: 'acme/giant', retries });
  return {
    store,
    close: () => {
      store.close();
    },
  };
}

const { from, to, manifest } = JSON.parse(process.argv[2] ?? '') as CopyTask;
const [source, target] = [open(from), open(to)];
await copyGraph(manifest, { from: source.store, to: target.store }, { limitBytes: 2 ** 40 });
source.close();
target.close();
// Linux counts what the parent had into resourceUsage().maxRSS, but not into VmHWM: proc(5).
const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
process.stdout.write(peak ?? '');
