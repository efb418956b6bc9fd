import { createHash } from 'node:crypto';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { describe, expect, it } from 'vitest';
import { makeSbom } from '../../src/attestation/sbom/make-sbom.ts';
import type { Software } from '../../src/attestation/sbom/software.ts';

const SOFTWARE: Software = {
  name: 'my-plugin',
  version: '1.2.0',
  license: 'Apache-2.0 OR MIT',
  files: [{ path: 'kong/plugins/my-plugin/handler.lua', bytes: Buffer.from('return {}\n') }],
  dependencies: [
    { name: 'lua-resty-http', constraints: '>= 0.17', providedBy: 'kong' },
    { namespace: 'acme', name: 'my-rock', constraints: '', providedBy: 'nobody' },
    { name: 'my-rock', constraints: '< 2', providedBy: 'package' },
  ],
};
const OPTIONS = { hex: 'a1'.repeat(32), created: new Date(0), version: '0.1.0' };
const sha256 = createHash('sha256').update('return {}\n').digest('hex');
const other = { ...SOFTWARE, license: 'Apache 2.0' };
const { name, version, files, dependencies } = SOFTWARE;
const bare = { name, version, files, dependencies };

describe('CycloneDX', () => {
  it.each([SOFTWARE, other, { ...bare, dependencies: [] }])('fits its schema', async (software) => {
    const text = JSON.stringify(makeSbom('cyclonedx', software, OPTIONS));
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
    expect(await validator.validate(text)).toBeNull();
  });

  it('lists files with digests, and rocks with who provides them', () => {
    expect(makeSbom('cyclonedx', SOFTWARE, OPTIONS)).toMatchObject({
      metadata: { component: { licenses: [{ expression: 'Apache-2.0 OR MIT' }] } },
      components: [
        { type: 'file', hashes: [{ content: sha256 }] },
        { purl: 'pkg:luarocks/lua-resty-http' },
        { purl: 'pkg:luarocks/acme/my-rock', properties: [{}, { value: 'nobody' }] },
        {},
      ],
    });
  });
});

describe('SPDX', () => {
  it('lists the same, in the words of SPDX 2.3', () => {
    expect(makeSbom('spdx', SOFTWARE, OPTIONS)).toMatchObject({
      spdxVersion: 'SPDX-2.3',
      creationInfo: { created: '1970-01-01T00:00:00Z' },
      packages: [
        { versionInfo: '1.2.0', licenseDeclared: 'Apache-2.0 OR MIT' },
        { comment: 'wanted: >= 0.17; provided by: kong' },
        {},
        {},
      ],
      files: [{ checksums: [{ algorithm: 'SHA1' }, { checksumValue: sha256 }] }],
    });
  });

  it('keeps the text of a licence that is no expression', () => {
    expect(makeSbom('spdx', other, OPTIONS)).toMatchObject({
      packages: [{ licenseDeclared: 'LicenseRef-rockspec' }, {}, {}, {}],
      hasExtractedLicensingInfos: [{ extractedText: 'Apache 2.0' }],
    });
    expect(makeSbom('spdx', bare, OPTIONS)).not.toHaveProperty('hasExtractedLicensingInfos');
  });
});
