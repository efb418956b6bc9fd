import { describe, expect, it } from 'vitest';
import { findPlugin } from '../../src/plugin/find-plugin.ts';
import type { SourceFile } from '../../src/plugin/source-file.ts';
import { GOOD, HANDLER, SCHEMA, sourceOf, type Texts } from '../plugin/source-of.ts';

const own = 'kong/plugins/my-plugin';
const pem = (label: string): string => `-----BEGIN ${label}-----\nMIIEvQIBADANBgkqhkiG9w0B\n`;
const MARKER = '-----BEGIN RSA PRIVATE KEY-----';
const DATA = 'MIIEpAIBAAKCAQEAx4UbaDzY5xjW6hc9jwN0mX33XpTDVW7WbS';
const findings = (files: Texts, more: readonly SourceFile[] = []): readonly string[] =>
  findPlugin([...sourceOf({ ...GOOD, ...files }), ...more]).findings.map(
    ({ severity, rule, file }) => `${severity} ${rule} ${file}`,
  );

describe('secrets beside the code', () => {
  it.each([
    ['cosign.key', ''],
    ['certs/id_rsa', ''],
    ['id_ed25519', ''],
    ['store.p12', ''],
    ['x.pem', pem('PRIVATE KEY')],
    ['x.pem', pem('RSA PRIVATE KEY')],
    ['x.txt', pem('ENCRYPTED SIGSTORE PRIVATE KEY')],
    ['x.txt', pem('ENCRYPTED COSIGN PRIVATE KEY')],
    ['x', `cert\n${pem('OPENSSH PRIVATE KEY')}`],
    ['x.asc', pem('PGP PRIVATE KEY BLOCK')],
    ['account.json', '{"private_key": "-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0B"}'],
    ['conf.lua', `return [[${pem('EC PRIVATE KEY')}]]`],
    ['conf.lua', 'return "-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0B"'],
    ['joined.lua', `return "${MARKER}\\n" ..\n  "${DATA}\\n"`],
    ['continued.lua', `return "${MARKER}\\\n${DATA}\\\n"`],
    ['decimal.lua', `return "${MARKER}\\10${DATA}"`],
    ['crlf.lua', `return "${MARKER}\\r\\n\\z\n   ${DATA}"`],
    ['hex.lua', `return '${MARKER}\\x0A${DATA}'`],
    ['concat.lua', `return table.concat({\n "${MARKER}",\n "${DATA}",\n}, "\\n")`],
    ['encrypted.lua', `return [[${MARKER}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n]]`],
    ['utf16le.txt', Buffer.from(`\ufeff${MARKER}\r\n${DATA}`, 'utf16le')],
    ['utf16be.txt', Buffer.from(`\ufeff${MARKER}\r\n${DATA}`, 'utf16le').swap16()],
    ['putty.txt', 'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nPrivate-Lines: 1\n'],
    ['age.txt', `# public key: age1x\nAGE-SECRET-KEY-1${'QPZRY9X8GF'.repeat(5)}`],
    ['age.lua', `return "AGE-SECRET-KEY-1${'QPZRY9X8GF'.repeat(5)}"`],
    ['server.key', Buffer.from('308204a4020100', 'hex')],
    ['putty.PPK', ''],
    ['prod.env', 'TOKEN=1'],
  ])('%s is named', (path, content: string | Buffer) => {
    expect(findings({ [`${own}/${path}`]: content })).toEqual([`error private-key ${own}/${path}`]);
  });

  it.each([
    ['cosign.pub', '-----BEGIN PUBLIC KEY-----\nMIIE'],
    ['id_rsa.pub', 'ssh-rsa AAAA'],
    ['ca.pem', '-----BEGIN CERTIFICATE-----\nMIIE'],
    ['is-key.lua', 'return s:find("-----BEGIN RSA PRIVATE KEY-----", 1, true)'],
    ['notes.txt', 'keep your PRIVATE KEY private'],
    ['sign.key', '-----BEGIN PUBLIC KEY-----\nMIIE'],
    ['join.lua', `return "${MARKER}\\n" .. encodeAsBase64WithLineBreaks(key)`],
    ['wrap.lua', `return { "${MARKER}",\n  someBase64EncodedPrivateKey, "-----END" }`],
    ['all.lua', `return { "${MARKER}", "-----BEGIN EC PRIVATE KEY-----" }`],
    ['if.lua', `if line == "${MARKER}" then\n  parsePrivateKeyWithOpenssl() end`],
    ['match.lua', 'return s:match("PuTTY-User-Key-File-%d"), s:match("AGE-SECRET-KEY-1%w+")'],
    ['environment.lua', 'return os.getenv("X")'],
    ['keys.lua', 'return {}'],
  ])('%s is none', (path, content) => {
    expect(findings({ [`${own}/${path}`]: content })).toEqual([]);
  });

  it('are seen in a bare directory and in extras, not where nothing is packed', () => {
    const bare = sourceOf({ 'handler.lua': HANDLER, 'schema.lua': SCHEMA, 'cosign.key': '' });
    expect(findPlugin(bare).findings).toMatchObject([{ rule: 'private-key', file: 'cosign.key' }]);
    expect(findings({ 'README.md': pem('PRIVATE KEY') })).toEqual(['error private-key README.md']);
    expect(findings({ 'cosign.key': '', [`${own}/.env`]: 'TOKEN=1' })).toEqual([]);
  });
});

describe('what is no regular Lua source', () => {
  const entry = (kind: 'symlink' | 'special', path: string): SourceFile => ({
    path,
    kind,
    bytes: new Uint8Array(),
  });

  it('is refused by name', () => {
    expect(
      findings({ [`${own}/b.lua`]: '\x1bLJ\x02', [`${own}/c.so`]: '' }, [
        entry('symlink', `${own}/a.lua`),
        entry('special', `${own}/d.fifo`),
      ]),
    ).toEqual([
      `error symlink ${own}/a.lua`,
      `error foreign-code ${own}/b.lua`,
      `error foreign-code ${own}/c.so`,
      `error special-file ${own}/d.fifo`,
    ]);
  });

  it('is of no interest where it is not packed', () => {
    const hidden = [
      entry('symlink', `${own}/.link`),
      entry('symlink', 'docs'),
      entry('special', 'x'),
    ];
    expect(findings({ [`${own}/spec/x.so`]: '' }, hidden)).toEqual([]);
  });

  it('does not pass as a handler', () => {
    const source = [
      ...sourceOf({ [`${own}/schema.lua`]: SCHEMA }),
      entry('symlink', `${own}/handler.lua`),
    ];
    const { findings: found } = findPlugin(source, { version: '1.0.0' });
    expect(found).toMatchObject([{ rule: 'symlink', file: `${own}/handler.lua` }]);
  });
});

describe('the search for keys', () => {
  it.each([
    ['markers', MARKER.repeat(30_000)],
    ['the beginning of a marker', '-----BEGIN '.repeat(90_000)],
    ['words of a label', `-----BEGIN ${'A '.repeat(500_000)}PRIVATE KEY`],
    ['blanks behind a marker', `${MARKER}${' '.repeat(1_000_000)}`],
    ['joins behind markers', `${MARKER}" .. "`.repeat(25_000)],
    ['the beginning of an identity', 'AGE-SECRET-KEY-1Q'.repeat(60_000)],
    ['half of a PuTTY file', 'PuTTY-User-Key-File-Private-Lines'.repeat(30_000)],
  ])('takes %s for what they are', (_, text) => {
    const file = `${own}/a.lua`;
    expect(findings({ [file]: `--[==[ ${text} ]==]` })).toEqual([]);
  });
});
