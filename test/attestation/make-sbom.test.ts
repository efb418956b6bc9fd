import { createHash } from 'node:crypto';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { describe, expect, it } from 'vitest';
import { makeSbom } from '../../src/attestation/sbom/make-sbom.ts';
import {
  NO_DEPENDENCIES,
  NO_LICENSE,
  OPTIONS,
  OTHER_LICENSE,
  SOFTWARE,
} from './software-samples.ts';

const sha256 = createHash('sha256').update('return {}\n').digest('hex');
describe('CycloneDX', () => {
  it.each([SOFTWARE, OTHER_LICENSE, NO_DEPENDENCIES])('fits its schema', async (software) => {
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
      documentNamespace:
        'https://spdx.org/spdxdocs/my-plugin-1.2.0-a1a1a1a1-a1a1-81a1-a1a1-a1a1a1a1a1a1',
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
    expect(makeSbom('spdx', OTHER_LICENSE, OPTIONS)).toMatchObject({
      packages: [{ licenseDeclared: 'LicenseRef-rockspec' }, {}, {}, {}],
      hasExtractedLicensingInfos: [{ extractedText: 'Apache 2.0' }],
    });
    expect(makeSbom('spdx', NO_LICENSE, OPTIONS)).not.toHaveProperty('hasExtractedLicensingInfos');
  });
});
