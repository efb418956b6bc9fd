import { required, type YamlValue } from '../../signing/policy/yaml-value.ts';
import type { MirrorPlace, MirrorRule } from './mirror-rule.ts';
import { parsePlace, parsePrefix } from './parse-place.ts';

/**
 * Reads the section `mirrors:` of a configuration, as docs/mirrors.md describes it.
 * @param file the configuration, as messages name it
 * @throws KongcrateError POLICY_INVALID with line and column
 */
export function readMirrorSection(
  mirrors: YamlValue | undefined,
  file: string,
): readonly MirrorRule[] {
  const rules: MirrorRule[] = [];
  for (const value of mirrors?.items() ?? []) {
    const rule = readRule(value, file);
    const same = rules.find(({ prefix }) => prefix === rule.prefix);
    if (same)
      throw value.invalid(
        `${rule.prefix} stands at ${same.origin} already`,
        'Write one entry a prefix, with all its mirrors.',
      );
    rules.push(rule);
  }
  return rules;
}

function readRule(value: YamlValue, file: string): MirrorRule {
  const { prefix, mirrors } = value.fields(['prefix', 'mirrors']);
  return {
    prefix: required(prefix, value, 'prefix').read(parsePrefix),
    origin: `${file}:${value.line}`,
    isBlocked: false,
    // Without any, the registry itself is read, whatever registries.conf says.
    mirrors: (mirrors?.items() ?? []).map(readPlace),
    hasInsecure: false,
  };
}

function readPlace(value: YamlValue): MirrorPlace {
  const { location, plainHttp, reads } = value.fields(['location', 'plainHttp', 'reads']);
  return {
    location: required(location, value, 'location').read(parsePlace),
    ...(plainHttp ? { plainHttp: plainHttp.flag() } : {}),
    reads: reads?.word('all', 'digest-only', 'tag-only') ?? 'all',
  };
}
