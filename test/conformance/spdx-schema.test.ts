import { Ajv } from 'ajv';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { makeSbom } from '../../src/attestation/sbom/make-sbom.ts';
import * as samples from '../attestation/software-samples.ts';

/**
 * `schemas/spdx-schema.json` of spdx/spdx-spec, branch support/2.3: that of 2.3.1 is written in a
 * later JSON Schema.
 */
const SCHEMA = process.env['KONGCRATE_SPDX_SCHEMA'] ?? '';
const { OPTIONS, SOFTWARE, OTHER_LICENSE, NO_LICENSE, NO_DEPENDENCIES } = samples;

if (SCHEMA === '') {
  process.stderr.write('SKIPPED SPDX: set KONGCRATE_SPDX_SCHEMA to schemas/spdx-schema.json\n');
  describe.skip('the schema of SPDX 2.3: needs KONGCRATE_SPDX_SCHEMA', () => {
    it('is met', () => undefined);
  });
} else {
  describe('the schema of SPDX 2.3', () => {
    const fits = new Ajv({ strict: false }).compile(
      JSON.parse(readFileSync(SCHEMA, 'utf8')) as object,
    );

    it.each([SOFTWARE, OTHER_LICENSE, NO_LICENSE, NO_DEPENDENCIES])('is met', (software) => {
      const document: unknown = JSON.parse(JSON.stringify(makeSbom('spdx', software, OPTIONS)));
      expect(fits(document), JSON.stringify(fits.errors)).toBe(true);
    });

    it('is not met by anything', () => {
      expect(fits({ spdxVersion: 'SPDX-2.3' })).toBe(false);
    });
  });
}
