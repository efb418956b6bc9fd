import { describe, expect, it } from 'vitest';
import type { ExportedPlugin } from '../../src/export/exported-plugin.ts';
import { CONFIG_MAP_BYTES } from '../../src/export/plan-config-maps.ts';
import { renderDockerfile } from '../../src/export/render-dockerfile.ts';
import { renderHelm } from '../../src/export/render-helm.ts';
import { renderImageVolume } from '../../src/export/render-image-volume.ts';
import { renderInitContainer } from '../../src/export/render-init-container.ts';
import { renderOperator } from '../../src/export/render-operator.ts';
import { resourceName } from '../../src/export/resource-name.ts';
import { OPERATOR_TAR_BYTES } from '../../src/plugin/capabilities/kong-operator.ts';
import { DOCKER_CONFIG, DOCKER_LAYER_GZIP, OCI_EMPTY } from '../../src/reference/media-types.ts';
import { expectError } from '../support/expect-error.ts';
import { makeExported, type ExportFiles } from './make-exported.ts';

type Change = [what: string, more: Partial<ExportedPlugin>, files: ExportFiles, why: string];

const good = makeExported();
const { config, layers } = good.manifest;
const [layer] = layers;
if (!layer) throw new Error('no layer');
const withLayer = (mediaType: string): Partial<ExportedPlugin> => ({
  manifest: { config, layers: [{ ...layer, mediaType }] },
});
const withEntry = (path: string): Partial<ExportedPlugin> => ({
  entries: [...good.entries, { path, bytes: Buffer.from('') }],
});

describe('what is copied or mounted as an image', () => {
  const renderers = [renderDockerfile, renderInitContainer, renderImageVolume] as const;
  const refused: readonly Change[] = [
    ['what cosign uploads', withLayer('application/x-gzip'), {}, 'application/x-gzip'],
    [
      'an artifact without a config',
      { manifest: { config: { ...config, mediaType: OCI_EMPTY }, layers } },
      {},
      OCI_EMPTY,
    ],
    ['a tree around the Lua root', withEntry('my-plugin/README.md'), {}, 'my-plugin/README.md'],
    ['a hidden file', withEntry('kong/plugins/my-plugin/.env'), {}, '.env'],
  ];

  it.each(refused)('refuses %s', async (_, more, files, why) => {
    for (const render of renderers) {
      const plugin = makeExported(more, files);
      const error = await expectError(() => render(plugin, {}), 'PLUGIN_REFUSED');
      expect(error.message).toContain(why);
    }
  });

  it("takes directories, and docker's types", () => {
    const docker = {
      config: { ...config, mediaType: DOCKER_CONFIG },
      layers: [{ ...layer, mediaType: DOCKER_LAYER_GZIP }],
    };
    for (const render of renderers)
      expect(render(makeExported({ ...withEntry('kong/'), manifest: docker }), {})).toHaveLength(1);
  });
});

/** kong-operator, controller/kongplugininstallation/image/image.go, and its resource's name. */
describe("Kong's operator", () => {
  const schemaBytes = 1024;
  const sized = (handlerBytes: number): ExportFiles => ({
    'handler.lua': Buffer.alloc(handlerBytes, 32),
    'schema.lua': Buffer.alloc(schemaBytes, 32),
  });
  const fittingBytes = OPERATOR_TAR_BYTES - 512 - 512 - schemaBytes;

  it.each<Change>([
    ['a third file', {}, { 'filter.lua': '' }, 'kong/plugins/my-plugin/filter.lua'],
    ['a sibling module', {}, { '/resty/one.lua': '' }, 'resty/one.lua'],
    ['a directory', withEntry('kong/'), {}, 'here is kong/'],
    ['two handlers', withEntry('kong/plugins/other/handler.lua'), {}, 'one handler.lua'],
    ['another layer', withLayer('application/x-gzip'), {}, 'has 0 layers'],
    ['two layers', { manifest: { config, layers: [layer, layer] } }, {}, 'has 2 layers'],
    ['capitals', { name: 'My-Plugin' }, {}, 'My-Plugin cannot be the name'],
    ['underscores', { name: 'my_plugin' }, {}, 'my_plugin cannot be the name'],
    ['64 letters', { name: 'a'.repeat(64) }, {}, 'cannot be the name'],
    ['what is no text', {}, { 'handler.lua': Buffer.from([0xff]) }, 'no UTF-8'],
    ['1 MiB and a byte', {}, sized(fittingBytes + 1), 'take 1049088 bytes'],
  ])('does not take %s', async (_, more, files, why) => {
    const plugin = makeExported(more, files);
    const error = await expectError(() => renderOperator(plugin, {}), 'PLUGIN_REFUSED');
    expect(error.message).toContain(why);
  });

  it('takes 1 MiB, and a name of 63 letters', () => {
    expect(renderOperator(makeExported({}, sized(fittingBytes)), {})).toHaveLength(1);
    expect(renderOperator(makeExported({ name: 'a'.repeat(63) }), {})).toHaveLength(1);
  });
});

/** Kubernetes, ValidateConfigMap; Kong/charts, _helpers.tpl. */
describe('ConfigMaps for the chart', () => {
  const small = makeExported().files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const filled = (bytes: number): ExportFiles => ({ 'big.lua': Buffer.alloc(bytes, 32) });

  it.each<Change>([
    ['a blank', {}, { 'a b.lua': '' }, '"a b.lua"'],
    ['a line', {}, { 'x\n- name: evil/a.lua': '' }, '"x\\n- name: evil"'],
    ['a template', {}, { '{{ .Values }}/a.lua': '' }, '"{{ .Values }}"'],
    ['what no ConfigMap may hold', {}, { '..a.lua': '' }, '"..a.lua"'],
    ['254 letters', {}, { [`${'a'.repeat(250)}.lua`]: '' }, 'cannot be the key'],
    ['1 MiB and a byte', {}, filled(CONFIG_MAP_BYTES - small + 1), 'has 1048577 bytes'],
    ['capitals', { name: 'My-Plugin' }, {}, 'cannot name a volume after My-Plugin'],
    ['52 letters', { name: 'a'.repeat(52) }, {}, 'cannot name a volume'],
  ])('cannot hold %s', async (_, more, files, why) => {
    const plugin = makeExported(more, files);
    const error = await expectError(() => renderHelm(plugin, {}), 'PLUGIN_REFUSED');
    expect(error.message).toContain(why);
  });

  it('hold 1 MiB for each directory, and a name of 51 letters', () => {
    const files = { ...filled(CONFIG_MAP_BYTES - small), 'lib/b.lua': Buffer.alloc(1024, 32) };
    expect(renderHelm(makeExported({}, files), {})).toHaveLength(2);
    expect(renderHelm(makeExported({ name: 'a'.repeat(51) }), {})).toHaveLength(2);
  });
});

describe('names in a cluster', () => {
  const names = ['my-plugin', 'my_plugin', 'My-Plugin', 'a'.repeat(51), 'a'.repeat(52)];
  const all = [...names, 'a'.repeat(200), 'b_', '0'].map((name) => resourceName(name));

  it('are labels of RFC 1123, and no two plugins or parts share one', () => {
    const parts = ['lib', 'lib/a', 'resty'].map((part) => resourceName('my-plugin', part));
    for (const name of [...all, ...parts])
      expect(name).toMatch(/^(?=.{1,63}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/);
    expect(new Set([...all, ...parts]).size).toBe(all.length + parts.length);
  });
});
