import { KongcrateError } from '../errors/kongcrate-error.ts';
import { parseReference } from '../reference/reference.ts';

/** Any repository name will do: only the host before it counts. */
const SAMPLE = 'host/of';

/**
 * Reads the host of a registry, with `https://` or `http://` before it or a slash behind it, as
 * people paste it for docker.
 * @returns host and port; Docker Hub is `index.docker.io`
 * @throws KongcrateError USAGE
 */
export function parseRegistryHost(text: string): string {
  const host = text.replace(/^https?:\/\//i, '').replace(/\/$/, '');
  try {
    const reference = parseReference(`${host}/${SAMPLE}`);
    if (reference.kind === 'registry' && reference.path === SAMPLE) return reference.host;
  } catch (error) {
    if (!(error instanceof KongcrateError)) throw error;
  }
  throw new KongcrateError('USAGE', `${JSON.stringify(text)} is no registry's host`, {
    remedy: 'Give HOST or HOST:PORT, such as ghcr.io, docker.io or localhost:5000.',
  });
}
