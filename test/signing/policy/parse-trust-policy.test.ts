import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MAX_POLICY_BYTES } from '../../../src/signing/policy/parse-yaml.ts';
import { expectError } from '../../support/expect-error.ts';
import { acme, parsePolicy, parseRules, partner, policyFile, policyText } from './support.ts';

/** The example of docs/policy.md, whose keys stand in a folder. */
function documentedPolicy(): string {
  const text = readFileSync(new URL('../../../docs/policy.md', import.meta.url), 'utf8');
  const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(text) ?? [];
  return yaml.replaceAll('keys/', '');
}

describe('a policy that is well written', () => {
  it('says everything that the one in the documentation says', async () => {
    const { file, rules, revoked, trustedRoot } = await parsePolicy(documentedPolicy());
    expect(file).toBe('policy.yaml');
    expect(trustedRoot).toBeUndefined();
    expect(rules.map(({ line }) => line)).toEqual([4, 11, 19]);
    expect(rules[0]).toMatchObject({
      threshold: 2,
      signers: [
        { kind: 'key', key: { keyId: acme.keyId } },
        { kind: 'key', key: { keyId: partner.keyId } },
      ],
      log: 'optional',
      repository: 'strict',
      signedNames: 'required',
      downgrade: 'forbid',
    });
    expect(rules[1]).toMatchObject({
      threshold: 1,
      maximumSignatureAgeDays: 365,
      signers: [
        { kind: 'key' },
        {
          kind: 'identity',
          issuer: { kind: 'exact', text: 'https://token.actions.githubusercontent.com' },
          identity: { kind: 'expression' },
          workflow: { trigger: 'push' },
        },
      ],
    });
    expect(rules[2]).toMatchObject({ unsigned: 'allow', signers: [] });
    expect(revoked.digests.size).toBe(1);
    expect([...revoked.keyIds]).toEqual([expect.stringMatching(/^0011.{60}$/)]);
    expect(revoked.identities).toMatchObject([{ identity: { kind: 'exact' } }]);
  });

  it('may hold keys as text, begin with a byte order mark, and have Windows line ends', async () => {
    const pem = acme.pem.trim().replaceAll('\n', '\n    ');
    const text = policyText(`match: a.example/acme\nkeys:\n  - |\n    ${pem}`);
    const [rule] = (await parsePolicy(`\uFEFF${text.replaceAll('\n', '\r\n')}`)).rules;
    expect(rule?.signers).toMatchObject([{ kind: 'key', key: { keyId: acme.keyId } }]);
  });

  it('may demand several signers of one expression', async () => {
    const [rule] = (
      await parseRules(
        'match: a.example/acme\nthreshold: 3\nidentities: [{ issuer: i, subjectRegExp: .+@acme }]',
      )
    ).rules;
    expect(rule?.threshold).toBe(3);
  });

  it('may name its trusted root', async () => {
    const text = `${policyText('match: a.example/acme\nkeys: [acme.pub]')}  trustedRoot: acme.pub\n`;
    expect((await parsePolicy(text)).trustedRoot).toBe(policyFile('acme.pub'));
  });
});

const RULE = 'match: a.example/acme\nkeys: [acme.pub]';
const KEY = 'match: a.example/acme\nkeys:';
const WHO = 'match: a.example/acme\nidentities:\n  -';

describe('a rule that is not', () => {
  it.each<[rule: string, where: string, message: string, remedy: string]>([
    // keys nobody knows, and twice the same
    [`${RULE}\nkey: x`, '6:7', 'rules[0].key: there is no such key', 'match, unsigned'],
    [`${RULE}\nKeys: [x]`, '6:7', 'Keys: there is no such key', 'Allowed here: match'],
    [`${RULE}\n"": x`, '6:7', 'there is no such key', 'Allowed here'],
    [`${RULE}\n<<: { log: required }`, '6:7', '<<: there is no such key', 'Allowed here'],
    [`${RULE}\n__proto__: { log: required }`, '6:7', '__proto__: there is no', 'Allowed here'],
    [`${RULE}\nconstructor: x`, '6:7', 'constructor: there is no', 'Allowed here'],
    [`${RULE}\n1: x`, '6:7', '1: there is no such key', 'Allowed here'],
    [`${RULE}\nmatch: a.example/other`, '6:7', 'match: this key stands here twice', 'Keep one'],
    ['{ match: a.example/acme, keys: [acme.pub], match: b.example/x }', '4:50', 'twice', 'Keep'],
    // types
    [`${RULE}\nthreshold: "1"`, '6:18', 'the text "1" stands here', 'a whole number from 1'],
    [`${RULE}\nthreshold: 02`, '6:18', 'the number 02 stands', 'in plain digits'],
    [`${RULE}\nthreshold: 0o2`, '6:18', 'the number 0o2 stands', 'in plain digits'],
    [`${RULE}\nthreshold: 0x1`, '6:18', 'the number 0x1', 'in plain digits'],
    [`${RULE}\nthreshold: 1.0`, '6:18', 'the number 1.0', 'in plain digits'],
    [`${RULE}\nthreshold: 1e0`, '6:18', 'the number 1e0', 'in plain digits'],
    [`${RULE}\nthreshold: +1`, '6:18', 'the number +1', 'in plain digits'],
    [`${RULE}\nthreshold: 0`, '6:18', 'the number 0', 'from 1'],
    [`${RULE}\nthreshold: -1`, '6:18', 'the number -1', 'from 1'],
    [`${RULE}\nthreshold: .inf`, '6:18', 'the number .inf', 'from 1'],
    [`${RULE}\nthreshold: .nan`, '6:18', 'the number .nan', 'from 1'],
    [`${RULE}\nthreshold: 1_0`, '6:18', 'the text "1_0"', 'in plain digits'],
    [`${RULE}\nthreshold: 99999999999999999999`, '6:18', 'the number 9999', 'from 1 to 1000'],
    [`${RULE}\nthreshold:`, '6:17', 'nothing stands here', 'a whole number'],
    [`${RULE}\nthreshold: [1]`, '6:18', 'a list stands here', 'a whole number'],
    [`${RULE}\nthreshold: true`, '6:18', 'the boolean true', 'a whole number'],
    [`${RULE}\nlog: yes`, '6:12', 'the text "yes"', 'required or optional'],
    [`${RULE}\nlog: true`, '6:12', 'the boolean true', 'required or optional'],
    [`${RULE}\nlog: Required`, '6:12', 'the text "Required"', 'required or optional'],
    [`${RULE}\nlog: waived`, '6:12', 'the text "waived"', 'required or optional'],
    [`${RULE}\nlog: [required]`, '6:12', 'a list', 'required or optional'],
    [`${RULE}\nlog: requireԁ`, '6:12', 'the text "requireԁ"', 'required or optional'],
    [`${RULE}\nrepository: true`, '6:19', 'the boolean true', 'strict'],
    [`${RULE}\nrepository: a.example/acme`, '6:19', 'the text "a.example/acme"', 'strict'],
    [`${RULE}\ndowngrade: allow`, '6:18', 'the text "allow"', 'forbid'],
    [`${RULE}\ndowngrade: no`, '6:18', 'the text "no"', 'forbid'],
    [`${RULE}\nunsigned: true`, '6:17', 'the boolean true', 'allow'],
    [`${RULE}\nunsigned: forbid`, '6:17', 'the text "forbid"', 'allow'],
    [`${RULE}\nsignedNames: optional`, '6:20', 'the text "optional"', 'required'],
    [`${RULE}\nmaximumSignatureAgeDays: 0`, '6:32', 'the number 0', 'from 1 to 36500'],
    [`${RULE}\nmaximumSignatureAgeDays: 30d`, '6:32', 'the text "30d"', 'from 1'],
    // whom
    ['match: a.example/acme', '4:7', 'rules[0]: this rule names no signer', 'unsigned: allow'],
    ['keys: [acme.pub]', '4:7', 'match is missing', 'Add match'],
    [KEY, '5:12', 'nothing stands here', 'a list with at least one item'],
    [`${KEY} []`, '5:13', 'an empty list', 'a list with at least one item'],
    [`${KEY} acme.pub`, '5:13', 'the text "acme.pub"', 'a list with'],
    [`${KEY} { file: acme.pub }`, '5:13', 'a mapping', 'a list with'],
    [`${KEY} [""]`, '5:14', 'the text ""', 'a text'],
    [`${KEY} [~]`, '5:14', 'keys[0]: nothing', 'a text'],
    [`${KEY} [7]`, '5:14', 'the number 7', 'a text; put it in quotes'],
    [`${KEY} [env://KEY]`, '5:14', '"env://KEY" is no file', 'relative to the policy'],
    [`${KEY} [https://a.example/k.pub]`, '5:14', 'is no file', 'path of a file'],
    [`${KEY} [../../package.json]`, '5:14', 'keys[0]: this is not one PEM block', 'cosign.pub'],
    [`${KEY} ["x\\0y"]`, '5:14', 'a control character', 'Remove it'],
    [`${KEY} ["-----BEGIN PUBLIC KEY-----"]`, '5:14', 'not one PEM block', 'cosign.pub'],
    [`${RULE}\nthreshold: 2`, '6:18', '2 signers are demanded, and the rule names 1', 'fewer'],
    [`${KEY} [acme.pub, ./acme.pub]\nthreshold: 2`, '6:18', 'the rule names 1', 'fewer'],
    [`${WHO} issuer: i`, '6:11', 'subject or subjectRegExp is missing', 'Add subject'],
    [`${WHO} subject: s`, '6:11', 'issuer or issuerRegExp is missing', 'Add issuer'],
    [`${WHO} {}`, '6:11', 'an empty mapping', 'a mapping with issuer'],
    [`${WHO} someone@acme.example`, '6:11', 'the text', 'a mapping with issuer'],
    [`${WHO} { issuer: i, subject: "" }`, '6:33', 'the text ""', 'a text'],
    [`${WHO} { issuer: i, subject: 1 }`, '6:33', 'the number 1', 'quotes'],
    [`${WHO} { issuer: i, subject: a, subjectRegExp: b }`, '6:51', 'beside the exact', 'Keep one'],
    [`${WHO} { issuer: i, subjectRegExp: "(" }`, '6:39', 'the expression "("', 'RE2'],
    [`${WHO} { issuer: i, subjectRegExp: "a)|(b" }`, '6:39', 'the expression', 'RE2'],
    [`${WHO} { issuer: i, subjectRegExp: ".*" }`, '6:39', 'names anybody', 'must begin with'],
    [`${WHO} { issuer: i, subjectRegExp: "a|" }`, '6:39', 'names anybody', 'must begin with'],
    [`${WHO} { issuerRegExp: ".*", subject: a }`, '6:27', 'names anybody', 'must begin with'],
    [`${WHO} { issuer: i, subject: s, workflow: {} }`, '6:46', 'an empty mapping', 'trigger'],
    [`${WHO} { issuer: i, subject: s, workflow: { sha: 1234567 } }`, '6:53', 'number', 'quotes'],
    [`${WHO} { issuer: i, subject: s, workflow: { branch: x } }`, '6:48', 'no such', 'trigger'],
    // demands that nothing could escape, and rules that never decide
    ['match: a.example/x1\nunsigned: allow\nlog: required', '6:12', 'contradicts log', 'Take one'],
    [`${RULE}\nthreshold: 1\nunsigned: allow`, '6:18', 'contradicts threshold', 'Take one'],
    [`${RULE}\nsignedNames: required\nunsigned: allow`, '6:20', 'contradicts', 'Take one'],
  ])('%j is refused at %s: %s', async (rule, where, message, remedy) => {
    const error = await expectError(() => parseRules(rule), 'POLICY_INVALID');
    expect(error.message.split(/policy\.yaml:/)).toEqual([
      '',
      expect.stringMatching(`^${where}: `),
    ]);
    expect(error.message).toContain(message);
    expect(error.remedy).toContain(remedy);
    expect(error.exitCode).toBe(2);
  });

  it.each([
    ['registry.example/**', 'registry.example/acme/one'],
    ['**', 'registry.example/**'],
    ['registry.example/acme/*', 'Registry.example/acme/one'.toLowerCase()],
    ['docker.io/library/kong', 'index.docker.io/kong'],
    ['*.example/acme/*', 'registry.example:443/acme/x-*'],
  ])('after a rule for %s one for %s never decides', async (first, second) => {
    const rules = [first, second].map((match) => `match: "${match}"\nkeys: [acme.pub]`);
    const error = await expectError(() => parseRules(...rules), 'POLICY_INVALID');
    expect(error.message).toContain(
      `policy.yaml:6:14: trust.rules[1].match: the rule for ${first}`,
    );
  });

  it.each([
    ['registry.example/acme/*', 'registry.example/acme/**'],
    ['registry.example/*/*', 'registry.example/acme/**'],
    ['registry.example/a*', 'registry.example/*'],
    ['registry.example/acme/any*', 'registry.example/acme/*'],
    ['*.example/acme/*', 'registry.example:5000/acme/*'],
    ['registry.example/**', '**'],
  ])('after a rule for %s one for %s may', async (first, second) => {
    const rules = [first, second].map((match) => `match: "${match}"\nkeys: [acme.pub]`);
    expect((await parseRules(...rules)).rules).toHaveLength(2);
  });
});

describe('S14: a file that is not', () => {
  const good = policyText(RULE);
  const revoking = (lines: string): string => `${good}  revoked: ${lines}\n`;

  it.each<[what: string, text: string | Uint8Array, message: string]>([
    ['nothing', '', 'policy.yaml is empty'],
    ['blanks', ' \n\n', 'policy.yaml is empty'],
    ['a comment', '# later\n', 'policy.yaml is empty'],
    ['a document of nothing', '---\n', 'policy.yaml:1:4: nothing stands here'],
    ['a word', 'trust', 'policy.yaml:1:1: the text "trust" stands here'],
    ['a list', '- version: 1', 'policy.yaml:1:1: a list stands here'],
    ['no version', good.slice('version: 1\n'.length), 'policy.yaml:1:1: version is missing'],
    ['no trust', 'version: 1\n', 'policy.yaml:1:1: trust is missing'],
    ['trust of nothing', 'version: 1\ntrust:\n', 'policy.yaml:2:7: trust: nothing'],
    ['no rules', 'version: 1\ntrust: { revoked: {} }', 'policy.yaml:2:8: trust: rules is missing'],
    ['empty rules', 'version: 1\ntrust: { rules: [] }', 'policy.yaml:2:17: trust.rules: an empty'],
    [
      'an empty rule',
      'version: 1\ntrust: { rules: [{}] }',
      'policy.yaml:2:18: trust.rules[0]: an em',
    ],
    ['a rule that is a word', 'version: 1\ntrust: { rules: [x] }', 'trust.rules[0]: the text "x"'],
    ['a newer version', good.replace('1', '2'), 'policy.yaml:1:10: version: version 2 is newer'],
    ['version "1"', good.replace('1', '"1"'), 'policy.yaml:1:10: version: the text "1"'],
    ['version 1.0', good.replace('1', '1.0'), 'policy.yaml:1:10: version: the number 1.0'],
    ['version v1', good.replace('1', 'v1'), 'policy.yaml:1:10: version: the text "v1"'],
    ['another key', `${good}plugin: []\n`, 'policy.yaml:6:1: plugin: there is no such key'],
    ['another key in trust', `${good}  revoke: {}\n`, 'policy.yaml:6:3: trust.revoke: there is no'],
    ['revoked nothing', revoking(''), 'policy.yaml:6:12: trust.revoked: nothing'],
    ['revoked: {}', revoking('{}'), 'policy.yaml:6:12: trust.revoked: an empty mapping'],
    [
      'an empty list of digests',
      revoking('{ digests: [] }'),
      'trust.revoked.digests: an empty list',
    ],
    [
      'a digest in capitals',
      revoking(`{ digests: [SHA256:${'0'.repeat(64)}] }`),
      'not a sha256 dig',
    ],
    [
      'half a digest',
      revoking('{ digests: [sha256:00] }'),
      'policy.yaml:6:24: trust.revoked.digests',
    ],
    ['half a key', revoking('{ keys: [sha256:00] }'), 'keys[0]: not a sha256 digest'],
    ['half a revoked name', revoking('{ identities: [{}] }'), 'identities[0]: an empty mapping'],
    ['everybody revoked', revoking('{ identities: [{ issuerRegExp: .* }] }'), 'names anybody'],
    ['an anchor', good.replace('[acme', '&x [acme'), 'policy.yaml:5:13: an anchor stands here: &x'],
    ['an alias', `${good}  revoked: *x\n`, 'policy.yaml:6:12: an alias stands here: *x'],
    ['a tag', good.replace('1', '!!int 1'), 'policy.yaml:1:10: a tag stands here: !!int'],
    ['a directive', `%YAML 1.1\n---\n${good}`, 'policy.yaml:1:1: a directive stands here'],
    [
      'a key behind a question mark',
      `? version\n: 1\n`,
      'policy.yaml:1:1: a key behind a question',
    ],
    ['a second document', `${good}---\n${good}`, 'multiple documents'],
    ['a tab as indent', 'version: 1\ntrust:\n\trules: []\n', 'policy.yaml:3:1: '],
    ['an open quote', 'version: "1', 'policy.yaml:1:12: '],
    ['an open bracket', 'version: [1', 'policy.yaml:1:12: '],
    ['a key without a colon', `${good}trust\n`, 'policy.yaml:6:1: '],
    ['NUL', good.replace('acme', 'ac\0me'), 'policy.yaml:4:26: a control character'],
    ['NUL in a comment', `${good}# \0`, 'policy.yaml:6:3: a control character'],
    ['an escape sequence', `${good}# \u001B[2K`, 'policy.yaml:6:3: a control character'],
    ['bytes that are not UTF-8', Buffer.from([0x61, 0xff]), 'policy.yaml is not UTF-8'],
    ['UTF-16', Buffer.from(good, 'utf16le'), 'policy.yaml:1:2: a control character'],
  ])('%s', async (_what, text, message) => {
    const error = await expectError(() => parsePolicy(text), 'POLICY_INVALID');
    expect(error.message).toContain(message);
    expect(error.exitCode).toBe(2);
  });

  it('says the place for programs too', async () => {
    const error = await expectError(() => parsePolicy('version: 1\nx: 1'), 'POLICY_INVALID');
    expect(error.details).toEqual({ file: 'policy.yaml', line: 2, column: 1 });
  });

  it.each([
    ['a million brackets', '['.repeat(MAX_POLICY_BYTES)],
    ['brackets on a line each', '[\n'.repeat(MAX_POLICY_BYTES / 2)],
    ['braces', '{a: '.repeat(MAX_POLICY_BYTES / 4)],
    ['dashes', '- '.repeat(MAX_POLICY_BYTES / 2)],
    ['aliases of aliases', 'a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b,*b]\n'],
    ['many keys', Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join('\n')],
    ['a staircase', Array.from({ length: 1_400 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
  ])('%s are refused without being built', async (_what, text) => {
    await expectError(() => parsePolicy(text), 'POLICY_INVALID');
  });

  it('more than 1 MiB is not looked at', async () => {
    const text = `${good}#${' '.repeat(MAX_POLICY_BYTES)}`;
    const error = await expectError(() => parsePolicy(text), 'POLICY_INVALID');
    expect(error.message).toContain(`more than ${MAX_POLICY_BYTES}`);
  });
});
