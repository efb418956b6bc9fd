import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ExportSettings, Renderer } from '../../src/export/exported-plugin.ts';
import { renderDockerRun } from '../../src/export/render-docker-run.ts';
import { renderDockerfile } from '../../src/export/render-dockerfile.ts';
import { renderHelm } from '../../src/export/render-helm.ts';
import { renderImageVolume } from '../../src/export/render-image-volume.ts';
import { renderInitContainer } from '../../src/export/render-init-container.ts';
import { renderOperator } from '../../src/export/render-operator.ts';
import { expectError } from '../support/expect-error.ts';
import { DIGEST, makeExported, type ExportFiles } from './make-exported.ts';

const GOLDEN = join(import.meta.dirname, '../../testdata/export');
const TRUST = { trustArguments: ['--key', 'cosign.pub'] };
const LIBRARY: ExportFiles = { 'lib/util.lua': 'return 1\n', '/resty/shared.lua': 'return 2\n' };

const TARGETS: readonly [string, Renderer, ExportSettings, ExportFiles][] = [
  ['dockerfile', renderDockerfile, { base: `kong@${DIGEST}`, ...TRUST }, {}],
  ['docker-run', renderDockerRun, { luaRoot: "/srv/kong's lua", ...TRUST }, {}],
  ['kubernetes', renderInitContainer, TRUST, {}],
  ['kubernetes-volume', renderImageVolume, TRUST, {}],
  ['operator', renderOperator, TRUST, {}],
  ['helm', renderHelm, TRUST, LIBRARY],
];

describe('what is written for each target', () => {
  it.each(TARGETS)('%s', async (target, render, settings, files) => {
    for (const { name, text } of render(makeExported({}, files), settings)) {
      await expect(text).toMatchFileSnapshot(join(GOLDEN, target, name));
      const [first = ''] = text.split('\n');
      expect(first).toContain(
        `my-plugin 1.2.0, registry.example/acme/my-plugin@${DIGEST}, signed by`,
      );
      expect(first).toContain(
        `kongcrate export registry.example/acme/my-plugin:1.2.0 --to ${target}`,
      );
      expect(first).toMatch(/^# .* --key cosign\.pub$/);
    }
  });
});

describe('the image to start from', () => {
  const base = (text: string) => () => renderDockerfile(makeExported(), { base: text });

  it.each(['oci-layout:./dist', 'oci-archive:a.tar', 'oci://registry.example/a/b'])(
    'is none of %s',
    async (text) => {
      await expectError(base(text), 'USAGE');
    },
  );

  it.each(['kong:3.9\nRUN evil', 'kong:3.9 AS other', 'kong:$TAG', '', 'kong:3.9#'])(
    'cannot be %j',
    async (text) => {
      await expectError(base(text), 'REFERENCE_INVALID');
    },
  );

  it('is said to be open to change unless it has its digest', () => {
    const [file] = renderDockerfile(makeExported(), {});
    expect(file?.text).toContain('# kong:3.9 may become another image');
  });
});

it('docker run: a directory with a colon is refused, as docker would mount another one', async () => {
  await expectError(() => renderDockerRun(makeExported(), { luaRoot: './a:b' }), 'USAGE');
});
