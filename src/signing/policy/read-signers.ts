import { readPublicKey, type PublicKey } from '../public-key.ts';
import type { IdentityDemand } from '../signer-demand.ts';
import { exactly, fits, matching, type TextDemand } from '../text-demand.ts';
import { required, type YamlValue } from './yaml-value.ts';

/** Reads the text of a file, by the path that stands in a policy. */
export type ReadFile = (path: string) => string;

const WORKFLOW = ['trigger', 'sha', 'name', 'repository', 'ref'] as const;

/**
 * Reads a public key: PEM text, or the path of a file with it. Nothing of the environment: whoever
 * sets variables must not say whom a node trusts.
 * @throws KongcrateError POLICY_INVALID
 */
export function readKey(value: YamlValue, readFile: ReadFile): PublicKey {
  return value.read((text) => {
    if (text.includes('-----BEGIN')) return readPublicKey(text);
    if (/^[a-z0-9+.-]+:\/\//i.test(text))
      throw value.invalid(
        `${JSON.stringify(text)} is no file`,
        'Give PEM text, or the path of a file, relative to the policy.',
      );
    return readPublicKey(readFile(text));
  });
}

/**
 * Reads whom an issuer must have known by which name. Both are required: without the issuer, any
 * issuer could call anybody so.
 * @throws KongcrateError POLICY_INVALID
 */
export async function readIdentity(value: YamlValue): Promise<IdentityDemand> {
  const fields = value.fields(['issuer', 'issuerRegExp', 'subject', 'subjectRegExp', 'workflow']);
  const issuer = await readDemand(fields.issuer, fields.issuerRegExp);
  const identity = await readDemand(fields.subject, fields.subjectRegExp);
  return {
    kind: 'identity',
    issuer: required(issuer, value, 'issuer or issuerRegExp'),
    identity: required(identity, value, 'subject or subjectRegExp'),
    ...(fields.workflow ? { workflow: readWorkflow(fields.workflow) } : {}),
  };
}

/** Reads a text to compare with: exactly, or by an expression for the whole of it. */
export async function readDemand(
  exact: YamlValue | undefined,
  expression: YamlValue | undefined,
): Promise<TextDemand | undefined> {
  if (exact && expression)
    throw expression.invalid('this stands beside the exact text', 'Keep one of the two.');
  if (exact) return exact.read((text) => exactly(text, 'the text'));
  const demand = await expression?.readLater((source) => matching(source, 'the expression'));
  if (expression && demand && fits(demand, ''))
    throw expression.invalid(
      `${JSON.stringify(expression.text())} takes the empty text, and so names anybody`,
      'Write what the text must begin with, such as https://github\\.com/acme/.+',
    );
  return demand;
}

/** Reads the items of a list one after the other, so that of several mistakes the first is said. */
export async function readEach<Item>(
  list: YamlValue | undefined,
  read: (item: YamlValue) => Promise<Item>,
): Promise<Item[]> {
  const items: Item[] = [];
  for (const item of list?.items() ?? []) items.push(await read(item));
  return items;
}

function readWorkflow(value: YamlValue): NonNullable<IdentityDemand['workflow']> {
  const fields = value.fields(WORKFLOW);
  return Object.fromEntries(
    WORKFLOW.flatMap((name) => (fields[name] ? [[name, fields[name].text()]] : [])),
  );
}
