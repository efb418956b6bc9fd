import { join } from 'node:path';
import { OciLayoutStore } from '../../../src/layout/oci-layout-store.ts';
import { createRegistryStore } from '../../../src/registry/registry-store.ts';
import type { RegistryOptions } from '../../../src/registry/create-registry-send.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import type { CopyOptions } from '../../../src/workflows/copy/copy-artifacts.ts';

/** No pause takes time. */
const RETRIES: NonNullable<RegistryOptions['retries']> = {
  wait: () => Promise.resolve(),
  random: () => 0,
};
export const OPTIONS: CopyOptions = { registry: { retries: RETRIES } };

export const KINDS = ['registry', 'old registry', 'layout', 'archive'] as const;
export type PlaceKind = (typeof KINDS)[number];

let count = 0;

/** A place that holds nothing yet, as a reference without tag. */
export function newPlace(
  kind: PlaceKind,
  hosts: Readonly<Record<'registry' | 'old registry', string>>,
): string {
  count += 1;
  if (kind === 'layout') return `oci-layout:${join(temporaryDirectory(), 'layout')}`;
  if (kind === 'archive') return `oci-archive:${join(temporaryDirectory(), 'carry.tar')}`;
  return `${hosts[kind]}/acme/plugin-${count}`;
}

/** The store behind a place that can be written. */
export function storeAt(place: string): OciLayoutStore | ReturnType<typeof createRegistryStore> {
  if (place.startsWith('oci-layout:')) return new OciLayoutStore(place.slice('oci-layout:'.length));
  const slash = place.indexOf('/');
  const [host, repository] = [place.slice(0, slash), place.slice(slash + 1)];
  return createRegistryStore({ host, repository, retries: RETRIES });
}
