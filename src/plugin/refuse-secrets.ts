import type { ArchivedFile } from '../content/extraction-plan.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { holdsSecret } from './holds-secret.ts';

/**
 * Refuses an archive that carries a private key or a file of secrets: `tar czf` packs whatever
 * lies beside the plugin, and everyone who pulls would have it.
 * @throws KongcrateError PLUGIN_REFUSED
 */
export function refuseSecrets(files: readonly ArchivedFile[]): void {
  const secrets = files.filter(({ path, bytes }) => holdsSecret(path, bytes));
  const [first] = secrets;
  if (!first) return;
  const paths = secrets.map(({ path }) => path);
  throw new KongcrateError('PLUGIN_REFUSED', `the archive holds secrets: ${paths.join(', ')}`, {
    remedy: 'Pack the plugin without them; whatever was ever pushed must be replaced.',
    details: { reason: 'SECRET', files: paths },
  });
}
