import { demandMountable } from './demand-mountable.ts';
import type { ExportedFile, ExportedPlugin, ExportSettings } from './exported-plugin.ts';
import { headline } from './headline.ts';
import { demandImage, pinNote } from './image-reference.ts';
import { patchPod } from './patch-pod.ts';
import { resourceName } from './resource-name.ts';

/** Has `crane`, and what `sh` and `tar` are needed for. */
const CRANE_IMAGE = 'gcr.io/go-containerregistry/crane:debug';
const TARGET = '/plugin';
/**
 * The layer itself by its digest, which crane knows to be right only when it is through: nothing is
 * unpacked before. `crane export` stops at the end of the tar, and compares nothing.
 */
const SCRIPT =
  'crane blob "$1" > "$2/.plugin.tar.gz" && tar -x -z -f "$2/.plugin.tar.gz" -C "$2" && rm "$2/.plugin.tar.gz"';

/**
 * A patch for a Deployment: a container that runs first fetches the plugin's layer by its digest.
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
    command: ['sh', '-c', SCRIPT, 'sh', layerOf(plugin), TARGET],
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

function layerOf({ reference, manifest }: ExportedPlugin): string {
  const [layer] = manifest.layers;
  return `${reference.slice(0, reference.lastIndexOf('@'))}@${layer?.digest ?? ''}`;
}

const LOGIN =
  'A registry with a login: crane reads config.json in DOCKER_CONFIG, so mount the pull secret there.';
