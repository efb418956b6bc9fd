import { KongcrateError } from '../errors/kongcrate-error.ts';
import { isTag, parseReference } from '../reference/reference.ts';
import { inspectSource, listPlugins } from './inspect-source.ts';
import { publishPlugin, type PublishedPlugin, type PublishOptions } from './publish-plugin.ts';

/**
 * Publishes every plugin below a directory, each as `<place>/<name>:<version>`. All of them are
 * checked before the first write; the publications themselves come one after the other, and one
 * that is there already is left as it is.
 * @param place a registry with a path, or `oci-layout:DIR`: no tag, no digest
 * @throws KongcrateError USAGE, and what publishPlugin refuses
 */
export async function publishAll(
  directory: string,
  place: string,
  options: Omit<PublishOptions, 'name'>,
): Promise<readonly PublishedPlugin[]> {
  const base = baseOf(place);
  const plugins = listPlugins(directory, options).map((name) => {
    const { version } = inspectSource(directory, { ...options, name });
    const as = options.as === undefined ? undefined : `${options.as}/${name}`;
    const reference = `${base}/${name}:${tagOf(name, version)}`;
    return { reference, options: { ...options, name, as } };
  });
  const publishEach = async (dryRun: boolean): Promise<readonly PublishedPlugin[]> => {
    const published: PublishedPlugin[] = [];
    for (const plugin of plugins)
      published.push(
        await publishPlugin(directory, plugin.reference, { ...plugin.options, dryRun }),
      );
    return published;
  };
  const checked = await publishEach(true);
  return options.dryRun === true ? checked : publishEach(false);
}

/** As helm does with the version of a chart: a tag has no `+`. */
function tagOf(name: string, version: string): string {
  const tag = version.replaceAll('+', '_');
  if (isTag(tag)) return tag;
  throw new KongcrateError('USAGE', `no tag can be ${tag}, the version of ${name}`, {
    remedy: `Publish it by itself, under a tag of your own: --plugin ${name}.`,
  });
}

function baseOf(place: string): string {
  const base = place.replace(/\/$/, '');
  const { tag, digest } = parseReference(base);
  if (tag === undefined && digest === undefined) return base;
  throw new KongcrateError('USAGE', `${place} is one artifact, and --all publishes each plugin`, {
    remedy: 'Leave tag and digest out: each plugin becomes PLACE/NAME:VERSION.',
  });
}
