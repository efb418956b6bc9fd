import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fits, matching } from '../../src/signing/text-demand.ts';
import { describeWithPeers, peer } from '../support/peers.ts';
import { run } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { ISSUER, makeBundle, makeRoot, SUBJECT } from './keyless.ts';

const directory = temporaryDirectory();
const at = (name: string): string => join(directory, name);
const MAIL = 'Ops.Team@acme.example';
const USER = 'Käthe Ωμέγα K7 ſ';
const NAMES = {
  uri: { kind: 'uri', value: SUBJECT },
  mail: { kind: 'mail', value: MAIL },
  user: { kind: 'username', value: USER },
} as const;

/** What an expression for the whole name says; undefined where it is none. */
const CASES: readonly (readonly [
  name: keyof typeof NAMES,
  source: string,
  takes: boolean | undefined,
])[] = [
  ['uri', 'https://github\\.com/acme/.*', true],
  ['uri', 'https://github.com/acme/.+@refs/heads/main', true],
  ['uri', '/acme/', false],
  ['uri', 'https://githubXcom/.*', false],
  ['uri', '.*/mai', false],
  ['uri', '^https://.*$', true],
  ['uri', '\\Ahttps://.*\\z', true],
  ['uri', '(?m)^https://.*$', true],
  ['uri', '(?i)HTTPS://GITHUB\\.COM/.*', true],
  ['uri', 'HTTPS://.*', false],
  ['uri', '(?i:HTTPS)://.*', true],
  ['uri', 'https|https://.*', true],
  ['uri', '(https|http)://[^/]+/acme/[^/]+/.*', true],
  ['uri', 'https://[^/]+/acme', false],
  ['uri', '\\Qhttps://github.com/\\E.*', true],
  ['uri', '(?U).+', true],
  ['uri', '.{10,1000}', true],
  ['uri', '[[:alpha:]]+://.*', true],
  ['uri', '(?P<host>https://github\\.com)/.*', true],
  ['uri', '(?<host>https://github\\.com)/.*', true],
  ['uri', '.*\\bmain\\b', true],
  ['uri', '(?!evil).*', undefined],
  ['uri', '(?=https).*', undefined],
  ['uri', '(h)t\\1.*', undefined],
  ['uri', '.*+', undefined],
  ['uri', '.{1001}', undefined],
  ['uri', '(', undefined],
  ['uri', 'a)|(b', undefined],
  ['uri', '[z-a]', undefined],
  ['uri', '\\C+', undefined],
  ['uri', '.*\\Z', undefined],
  ['mail', 'Ops.Team@acme\\.example', true],
  ['mail', 'ops.*', false],
  ['mail', '(?i)ops\\.team@ACME\\.example', true],
  ['mail', '[\\w.]+@[\\w.]+', true],
  ['mail', '\\S+', true],
  ['user', 'K.the \\p{Greek}+ .*', true],
  ['user', '[\\w ]+', false],
  ['user', '[\\pL\\pN ]+', true],
  ['user', '\\p{Lu}\\p{Ll}+ .+', true],
  ['user', '(?i)kÄTHE ωΜΈΓΑ k7 s', true],
  ['user', '\\x{4b}\\x{e4}the.*', true],
  ['user', '.{16}', true],
];

const FILE = 'a plugin\n';

/** cosign searches anywhere, so the anchors are written out for it. */
async function askCosign(version: 2 | 3, name: string, source: string): Promise<boolean> {
  const args = [
    ...['verify-blob', '--bundle', at(name), ...(version === 2 ? ['--new-bundle-format'] : [])],
    ...['--trusted-root', at('root.json'), '--certificate-oidc-issuer', ISSUER],
    ...['--certificate-identity-regexp', `\\A(?:${source})\\z`, at('plugin')],
  ];
  const { status, stderr } = await run(peer(`cosign${version}`), args);
  expect(stderr).not.toContain('panic');
  return status === 0;
}

describeWithPeers(['cosign2', 'cosign3'], 'an expression for a name', () => {
  writeFileSync(at('plugin'), FILE);
  writeFileSync(at('root.json'), JSON.stringify(makeRoot()));
  // cosign 2 takes no entry of a log that has only this one.
  makeBundle({ file: Buffer.from(FILE) });
  for (const [file, name] of Object.entries(NAMES))
    writeFileSync(at(file), makeBundle({ file: Buffer.from(FILE), names: [name] }));

  it.each(CASES)('of a %s means the same to both cosigns: %s', async (name, source, takes) => {
    const { value } = NAMES[name];
    const ours = matching(source, 'x').then(
      (demand) => fits(demand, value),
      () => undefined,
    );
    expect(await ours).toBe(takes);
    const theirs = [await askCosign(2, name, source), await askCosign(3, name, source)];
    // What is no expression by itself may be one between anchors: `a)|(b` steps out of them.
    if (source !== 'a)|(b') expect(theirs).toEqual([takes === true, takes === true]);
  });
});
