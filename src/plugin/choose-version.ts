import { KongcrateError } from '../errors/kongcrate-error.ts';
import { describeFinding, type Finding } from './finding.ts';
import { kongVersionParts } from './kong-version.ts';
import type { RockspecFacts } from './rockspec.ts';

/** Becomes part of a file name, an annotation and a tag. */
const SAFE_VERSION = /^[A-Za-z0-9][A-Za-z0-9._+~-]*$/;

export interface VersionSources {
  readonly rockspec: RockspecFacts | undefined;
  /** The handler's literal VERSION. */
  readonly handler: string | undefined;
  /** `--version`. */
  readonly option: string | undefined;
  readonly findings: readonly Finding[];
}

/**
 * The version an artifact is published as: the rockspec's unless it is one like `scm`, else the
 * handler's, else the one given.
 * @throws KongcrateError USAGE: none to be had; PLUGIN_REFUSED: not usable, or another one given
 */
export function chooseVersion(sources: VersionSources): string {
  const { rockspec, handler, option } = sources;
  const released = rockspec !== undefined && kongVersionParts(rockspec.version) !== undefined;
  const found = (released ? rockspec.version : undefined) ?? handler;
  const version = found ?? option;
  if (version === undefined) throw noVersion(sources.findings);
  if (option !== undefined && option !== version)
    throw new KongcrateError('PLUGIN_REFUSED', `the version is ${version}, not ${option}`, {
      remedy: 'Change it in the rockspec and in handler.lua, or leave --version out.',
      details: { reason: 'VERSION_DIFFERS', version, expected: option },
    });
  if (SAFE_VERSION.test(version)) return version;
  throw new KongcrateError(
    'PLUGIN_REFUSED',
    `not usable as a version: ${JSON.stringify(version)}`,
    {
      remedy: 'Use letters, digits, dots, + and -, such as 1.0.0.',
      details: { reason: 'VERSION', version },
    },
  );
}

/** A warning where nodes would show another version than the registry does. */
export function checkVersionsAgree(
  rockspec: RockspecFacts | undefined,
  handler: string | undefined,
): readonly Finding[] {
  if (rockspec === undefined || handler === undefined || rockspec.version === handler) return [];
  return [
    {
      severity: 'warning',
      rule: 'version-differs',
      file: rockspec.path,
      line: 1,
      message: `the rockspec's version is ${rockspec.version}, the handler's VERSION is ${handler}`,
      remedy: 'Kong shows and compares only the handler; give both the same version.',
    },
  ];
}

function noVersion(findings: readonly Finding[]): KongcrateError {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (first === undefined)
    return new KongcrateError('USAGE', 'the plugin has no literal VERSION and no rockspec', {
      remedy: 'Give --version, such as --version 1.0.0.',
      details: { reason: 'NO_VERSION' },
    });
  const texts = errors.map(describeFinding);
  return new KongcrateError('PLUGIN_REFUSED', texts.join('\n'), {
    remedy: first.remedy,
    details: { reason: 'LINT', findings: texts },
  });
}
