import { ServiceSelector, type Service } from '@sigstore/protobuf-specs';
import { KongcrateError } from '../errors/kongcrate-error.ts';

export interface Selection {
  /** What they are called in messages. */
  readonly what: string;
  readonly services: readonly Service[];
  /** The versions of the API that kongcrate speaks. */
  readonly versions: readonly number[];
  readonly now: Date;
}

/** How many are to be asked: `ServiceConfiguration` of sigstore_trustroot.proto. */
export interface Wanted {
  readonly selector: ServiceSelector;
  readonly count: number;
}

/**
 * Chooses services as sigstore_trustroot.proto tells clients to: of those that hold now, the highest
 * version that kongcrate speaks, one of each operator, the newest first.
 * @param wanted nothing, or no selector: none is asked, as in what `cosign signing-config create`
 *   writes without services
 * @throws KongcrateError USAGE where there are too few
 */
export function selectServices(
  selection: Selection,
  wanted: Wanted | undefined,
): readonly Service[] {
  const { selector = ServiceSelector.SERVICE_SELECTOR_UNDEFINED, count = 0 } = wanted ?? {};
  if (selector === ServiceSelector.SERVICE_SELECTOR_UNDEFINED) return [];
  const usable = onePerOperator(selection);
  const needed = selector === ServiceSelector.EXACT ? count : 1;
  if (usable.length < needed || needed < 1) throw tooFew(selection, usable.length, needed);
  return selector === ServiceSelector.ALL ? usable : usable.slice(0, needed);
}

function onePerOperator({ services, versions, now }: Selection): readonly Service[] {
  const usable = services.filter(
    (service) => versions.includes(service.majorApiVersion) && holds(service, now),
  );
  const highest = Math.max(...usable.map(({ majorApiVersion }) => majorApiVersion));
  const newestFirst = usable
    .filter(({ majorApiVersion }) => majorApiVersion === highest)
    .sort((a, b) => startOf(b) - startOf(a));
  return newestFirst.filter(
    ({ operator }, index) =>
      newestFirst.findIndex((other) => other.operator === operator) === index,
  );
}

/** Both ends belong to it; without a start it never began. */
function holds({ validFor }: Service, now: Date): boolean {
  const { start, end } = validFor ?? {};
  return start !== undefined && start <= now && (end === undefined || now <= end);
}

function startOf({ validFor }: Service): number {
  return validFor?.start?.getTime() ?? 0;
}

function tooFew({ what }: Selection, found: number, needed: number): KongcrateError {
  return new KongcrateError(
    'USAGE',
    `the signing configuration wants ${needed} of ${what}, and ${found} can be used now`,
    { remedy: 'Get a newer signing configuration, or update kongcrate.' },
  );
}
