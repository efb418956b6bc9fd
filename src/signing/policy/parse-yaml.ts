import { parseDocument } from 'yaml';
import { KongcrateError, messageOf } from '../../errors/kongcrate-error.ts';
import { checkYamlTokens } from './check-yaml-tokens.ts';
import { policyInvalid } from './policy-invalid.ts';
import { findControl, YamlValue } from './yaml-value.ts';

/** The largest policy that is read. */
export const MAX_POLICY_BYTES = 1_048_576;

/**
 * Reads a file as one YAML 1.2 document (core schema), without anchors, aliases and tags.
 * @param file the name under which messages speak of it
 * @throws KongcrateError POLICY_INVALID with line and column
 */
export function parseYaml(bytes: Uint8Array, file: string): YamlValue {
  const source = { file, text: decode(bytes, file) };
  checkYamlTokens(source);
  const document = parseDocument(source.text, {
    version: '1.2',
    schema: 'core',
    // Looks at each pair of keys; YamlValue finds repeated ones in one pass.
    uniqueKeys: false,
    stringKeys: true,
    prettyErrors: false,
  });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem)
    throw policyInvalid({ ...source, offset: problem.pos[0] }, problem.message, {
      remedy: 'Write it as YAML 1.2; docs/kongcrate-yaml.md has an example to begin with.',
    });
  if (!document.contents) throw empty(file);
  return new YamlValue(document.contents, { source, offset: 0, path: '' });
}

function decode(bytes: Uint8Array, file: string): string {
  if (bytes.byteLength > MAX_POLICY_BYTES)
    throw new KongcrateError(
      'POLICY_INVALID',
      `${file} has ${bytes.byteLength} bytes, more than ${MAX_POLICY_BYTES}`,
      { remedy: 'Check the path: no policy is that large.' },
    );
  const text = decodeUtf8(bytes, file);
  if (text.trim() === '') throw empty(file);
  const offset = findControl(text);
  if (offset < 0) return text;
  throw policyInvalid({ file, text, offset }, 'a control character stands here', {
    remedy: 'Take it out: a policy is plain text.',
  });
}

function decodeUtf8(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new KongcrateError('POLICY_INVALID', `${file} is not UTF-8 (${messageOf(cause)})`, {
      remedy: 'Save it as UTF-8.',
      cause,
    });
  }
}

/** An empty file would be a policy that somebody forgot to write, or that was cut off. */
function empty(file: string): KongcrateError {
  return new KongcrateError('POLICY_INVALID', `${file} is empty`, {
    remedy: 'Write "version: 1" and "trust:" into it, as in docs/kongcrate-yaml.md.',
  });
}
