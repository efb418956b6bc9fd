import { demandMountable } from './demand-mountable.ts';
import type { ExportedFile, ExportedPlugin, ExportSettings } from './exported-plugin.ts';
import { headline } from './headline.ts';
import { demandImage, pinNote } from './image-reference.ts';
import { patchPod } from './patch-pod.ts';
import { resourceName } from './resource-name.ts';

/** Has `crane`, and what `sh` and `tar` are needed for. */
const CRANE_IMAGE = 'gcr.io/go-containerregistry/crane:debug';
const TARGET = '/plugin';
/** crane knows that the digest is right only when it is through: nothing is unpacked before. */
const SCRIPT =
  'crane export "$1" "$2/.plugin.tar" && tar -x -f "$2/.plugin.tar" -C "$2" && rm "$2/.plugin.tar"';

/**
 * A patch for a Deployment: a container that runs first fetches the plugin by its digest.
 * @throws KongcrateError PLUGIN_REFUSED, USAGE, REFERENCE_INVALID
 */
export function renderInitContainer(
  plugin: ExportedPlugin,
  settings: ExportSettings,
): readonly ExportedFile[] {
  demandMountable(plugin);
  const image = demandImage(settings.base ?? CRANE_IMAGE);
  const name = resourceName(plugin.name);
  const container = {
    name,
    image,
    command: ['sh', '-c', SCRIPT, 'sh', plugin.reference, TARGET],
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      runAsUser: 65532,
    },
    volumeMounts: [{ name, mountPath: TARGET }],
  };
  const parts = { volume: { emptyDir: {} }, initContainers: [container], notes: [LOGIN] };
  const head = [headline('kubernetes', plugin, settings), ...pinNote(image)];
  return [{ name: 'patch.yaml', text: patchPod(plugin.name, parts, head) }];
}

const LOGIN =
  'A registry with a login: crane reads config.json in DOCKER_CONFIG, so mount the pull secret there.';
