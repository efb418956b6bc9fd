import { KongcrateError } from '../errors/kongcrate-error.ts';
import { forKongOperator } from '../plugin/capabilities/kong-operator.ts';
import type { ExportedFile, ExportedPlugin, ExportSettings } from './exported-plugin.ts';
import { comment, headline } from './headline.ts';
import { writeYaml } from './write-yaml.ts';

/**
 * A KongPluginInstallation for Kong's operator. By digest: it reads a tag again at moments of its
 * own, and checks no signature.
 * @throws KongcrateError PLUGIN_REFUSED for what the operator would refuse
 */
export function renderOperator(
  plugin: ExportedPlugin,
  settings: ExportSettings,
): readonly ExportedFile[] {
  const layerTypes = plugin.manifest.layers.map(({ mediaType }) => mediaType);
  const { possible, reason } = forKongOperator({ ...plugin, layerTypes });
  if (!possible)
    throw new KongcrateError('PLUGIN_REFUSED', `Kong's operator refuses it: ${reason}`, {
      remedy:
        'Pack it with pack --bundle, which makes handler and schema of many files, or export it --to kubernetes or helm.',
      details: { reason: 'OPERATOR' },
    });
  const manifest = {
    apiVersion: 'gateway-operator.konghq.com/v1alpha1',
    kind: 'KongPluginInstallation',
    metadata: { name: plugin.name },
    spec: { image: plugin.reference },
  };
  const head = [headline('operator', plugin, settings), ...NOTES];
  return [{ name: 'kongplugininstallation.yaml', text: writeYaml(manifest, head) }];
}

const NOTES = [
  'Name it in pluginsToInstall of the DataPlane, or of dataPlaneOptions in the GatewayConfiguration.',
  'A registry with a login: spec.imagePullSecretRef. The operator speaks TLS only, to authorities that its image knows.',
].map(comment);
