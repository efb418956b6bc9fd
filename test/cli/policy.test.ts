import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeKey } from '../signing/support.ts';
import { policyText } from '../signing/policy/support.ts';
import { kongcrate } from '../support/must-succeed.ts';
import { publish } from '../support/published.ts';
import { runKongcrate } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const directory = temporaryDirectory();
const at = (name: string): string => join(directory, name);
let reference = '';

beforeAll(async () => {
  const key = await makeKey();
  writeFileSync(at('cosign.pub'), key.publicKey.pem);
  ({ reference } = await publish({ key }));
  const [one, other] = ['localhost/*', 'registry.example/**'].map(
    (match) => `match: ${match}\nkeys: [cosign.pub]`,
  );
  writeFileSync(at('policy.yaml'), policyText(other ?? '', one ?? ''));
  writeFileSync(at('other.yaml'), policyText(other ?? ''));
  writeFileSync(at('wrong.yaml'), policyText(`${one ?? ''}\nlog: yes`));
});

describe('a policy on the command line', () => {
  it('is all that verify needs, and is explained when asked for', async () => {
    const text = await kongcrate(['verify', reference, '--policy', at('policy.yaml'), '--explain']);
    const file = at('policy.yaml');
    expect(text).toMatch(/^trusted: signed by key \w{16}\n/);
    expect(text).toContain(`${file}:4: registry.example/**: does not match localhost/layout\n`);
    expect(text).toContain(`${file}:6: localhost/*: this rule decides\n  counts: sha256:`);
    expect(text).toMatch(/\n {2}allowed$/);
  });

  it('is explained to programs too', async () => {
    const args = ['verify', reference, '--policy', at('policy.yaml'), '--explain', '--json'];
    expect(JSON.parse(await kongcrate(args))).toMatchObject({
      explanation: {
        decisions: [
          { allowed: true, rule: { line: 6 }, passedOver: [{ line: 4 }], signatures: [{}, {}] },
        ],
        setAside: [],
      },
    });
  });

  it('without a policy --explain says so', async () => {
    const text = await kongcrate(['verify', reference, '--key', at('cosign.pub'), '--explain']);
    expect(text).toContain('\nno policy: the flags alone decide');
  });

  it('binds as configuration, and a second one must allow it too', async () => {
    const config = ['--config', at('policy.yaml')];
    await kongcrate(['install', reference, ...config, '--lua-root', at('lua')]);
    const judged = await kongcrate(['verify', '--installed', ...config, '--lua-root', at('lua')]);
    expect(judged).toContain('(judged by the policy of today)');
    const both = [...config, '--policy', at('other.yaml'), '--explain'];
    const { status, stdout, stderr } = await runKongcrate(['verify', reference, ...both]);
    expect([status, stdout]).toEqual([12, '']);
    expect(stderr).toContain(`${at('other.yaml')}:4: registry.example/**: does not match`);
    expect(stderr).toContain('refused: no rule is about localhost/layout');
  });

  it.each([
    [
      'a mistake in it',
      ['--policy', 'wrong.yaml'],
      'wrong.yaml:6:12: trust.rules[0].log: the text "yes"',
    ],
    ['a file that is not there', ['--config', 'none.yaml'], 'none.yaml cannot be read'],
    [
      '--allow-unsigned',
      ['--policy', 'policy.yaml', '--allow-unsigned'],
      'would loosen the policy',
    ],
  ])('%s is exit 2', async (_what, [flag = '', file = '', ...more], text) => {
    const args = ['install', reference, flag, at(file), ...more, '--lua-root', at('other')];
    const { status, stdout, stderr } = await runKongcrate(args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(text);
  });
});
