import type { Command } from 'commander';
import { KongcrateError, messageOf } from '../errors/kongcrate-error.ts';
import type { PushOptions } from '../workflows/push-plugin.ts';
import type { Call } from './action.ts';
import { addDockerMediaTypesOption } from './docker-media-types.ts';
import { addPlaceOptions, placeOf, type PlaceFlags } from './place-options.ts';
import { parseSourceDateEpoch } from './parse-values.ts';
import { addSourceOptions, sourceOf, type SourceFlags } from './source-options.ts';

export interface PushFlags extends SourceFlags, PlaceFlags {
  readonly force?: true;
  readonly dryRun?: true;
  readonly dockerMediaTypes?: true;
  readonly source?: string;
  readonly revision?: string;
}

/** The flags that push and publish share. */
export function addPushOptions(command: Command): void {
  command
    .option('--force', 'move a tag that points to other bytes')
    .option('--dry-run', 'check everything, write nothing')
    .option('--source <url>', "the repository the plugin's source is in")
    .option('--revision <revision>', 'the commit it was built from');
  addDockerMediaTypesOption(command);
  addSourceOptions(command);
  addPlaceOptions(command);
}

export async function pushOf(
  flags: PushFlags,
  call: Call,
  reference: string,
): Promise<PushOptions & { readonly annotations: Readonly<Record<string, string>> }> {
  const epoch = call.context.environment['SOURCE_DATE_EPOCH'];
  return {
    ...sourceOf(flags),
    annotations: {
      ...(flags.source === undefined ? {} : { [`${IMAGE}.source`]: publicUrl(flags.source) }),
      ...(flags.revision === undefined ? {} : { [`${IMAGE}.revision`]: flags.revision }),
    },
    ...(epoch === undefined || epoch === '' ? {} : { created: readEpoch(epoch) }),
    ...(await placeOf(flags, call, [reference])),
    ...(flags.force ? { force: true } : {}),
    ...(flags.dryRun ? { dryRun: true } : {}),
    ...(flags.dockerMediaTypes ? { dockerMediaTypes: true } : {}),
  };
}

const IMAGE = 'org.opencontainers.image';

/** User, password and query of a URL are for the one who typed it, not for every reader. */
function publicUrl(text: string): string {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  [url.username, url.password, url.search, url.hash] = ['', '', '', ''];
  return url.href;
}

function readEpoch(text: string): Date {
  try {
    return parseSourceDateEpoch(text);
  } catch (error) {
    throw new KongcrateError('USAGE', messageOf(error), {
      remedy: 'Set it to seconds since 1970, or unset it.',
    });
  }
}
