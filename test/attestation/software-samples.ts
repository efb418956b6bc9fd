import type { SbomOptions, Software } from '../../src/attestation/sbom/software.ts';

/** With dependencies of all kinds. */
export const SOFTWARE: Software = {
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
export const OPTIONS: SbomOptions = {
  hex: 'a1'.repeat(32),
  created: new Date(0),
  version: '0.1.0',
};
/** Its licence is no SPDX expression. */
export const OTHER_LICENSE: Software = { ...SOFTWARE, license: 'Apache 2.0' };
const { name, version, files, dependencies } = SOFTWARE;
export const NO_LICENSE: Software = { name, version, files, dependencies };
export const NO_DEPENDENCIES: Software = { ...NO_LICENSE, dependencies: [] };
