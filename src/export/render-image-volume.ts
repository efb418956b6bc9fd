import { demandMountable } from './demand-mountable.ts';
import type { ExportedFile, ExportedPlugin, ExportSettings } from './exported-plugin.ts';
import { headline } from './headline.ts';
import { patchPod } from './patch-pod.ts';

/**
 * A patch for a Deployment: the cluster mounts the artifact itself (Kubernetes, "Image volumes").
 * @throws KongcrateError PLUGIN_REFUSED
 */
export function renderImageVolume(
  plugin: ExportedPlugin,
  settings: ExportSettings,
): readonly ExportedFile[] {
  demandMountable(plugin);
  const volume = { image: { reference: plugin.reference, pullPolicy: 'IfNotPresent' } };
  const head = [headline('kubernetes-volume', plugin, settings)];
  const parts = { volume, notes: [NEEDS, LOGIN] };
  return [{ name: 'patch.yaml', text: patchPod(plugin.name, parts, head) }];
}

const NEEDS =
  'Needs the feature gate ImageVolume (Kubernetes 1.31) and containerd 2.1 or CRI-O 1.31.';
const LOGIN = 'A registry with a login: imagePullSecrets of the pod count here too.';
