import { OCI_INDEX, OCI_MANIFEST } from '../../../src/reference/media-types.ts';
import { basicAuthorization, type Place } from './start-places.ts';
import { expect } from 'vitest';

/** Reads what a registry holds without any program under test. */
export interface RegistryReader {
  /** A path such as `manifests/1.2.0`; undefined where the registry has nothing there. */
  find(path: string): Promise<Buffer | undefined>;
  /** The same, and it must be there. */
  read(path: string): Promise<Buffer>;
}

/** @param repository with its host */
export function readRegistry(repository: string, { host, login }: Place): RegistryReader {
  const base = `http://${host}/v2/${repository.slice(host.length + 1)}`;
  const headers = {
    authorization: basicAuthorization(login),
    accept: `${OCI_MANIFEST}, ${OCI_INDEX}`,
  };
  const find = async (path: string): Promise<Buffer | undefined> => {
    const response = await fetch(`${base}/${path}`, { headers });
    const bytes = Buffer.from(await response.arrayBuffer());
    if (response.status === 404) return undefined;
    expect(response.status, `${base}/${path}`).toBe(200);
    return bytes;
  };
  const read = async (path: string): Promise<Buffer> =>
    (await find(path)) ?? expect.unreachable(`nothing at ${base}/${path}`);
  return { find, read };
}
