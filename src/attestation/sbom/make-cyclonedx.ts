import { sha256Of } from '../../content/hash-source.ts';
import { isLicenseExpression } from './is-license-expression.ts';
import { purlOf, timeOf, uuidOf, type SbomOptions, type Software } from './software.ts';

const PLUGIN = 'plugin';

/** An SBOM in CycloneDX 1.6: the same plugin gives the same bytes. */
export function makeCycloneDx(software: Software, options: SbomOptions): object {
  const { name, version, license, dependencies, files } = software;
  const described = dependencies.map(describeDependency);
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(options.hex)}`,
    version: 1,
    metadata: {
      timestamp: timeOf(options.created),
      tools: { components: [{ type: 'application', name: 'kongcrate', version: options.version }] },
      component: {
        type: 'library',
        'bom-ref': PLUGIN,
        name,
        version,
        ...(license === undefined ? {} : { licenses: [describeLicense(license)] }),
      },
    },
    components: [
      ...files.map(({ path, bytes }) => ({
        type: 'file',
        'bom-ref': `file:${path}`,
        name: path,
        hashes: [{ alg: 'SHA-256', content: sha256Of(bytes) }],
      })),
      ...described,
    ],
    dependencies: [{ ref: PLUGIN, dependsOn: described.map((one) => one['bom-ref']) }],
  };
}

function describeLicense(license: string): object {
  return isLicenseExpression(license) ? { expression: license } : { license: { name: license } };
}

/** A rockspec may name a rock twice: its place in the list keeps the references apart. */
function describeDependency(
  dependency: Software['dependencies'][number],
  index: number,
): { readonly 'bom-ref': string } {
  const { name, constraints, providedBy, namespace } = dependency;
  const described = {
    type: 'library',
    'bom-ref': `dependency:${index + 1}`,
    ...(namespace === undefined ? {} : { group: namespace }),
    name,
    purl: purlOf(dependency),
    properties: [
      { name: 'kongcrate:constraints', value: constraints },
      { name: 'kongcrate:providedBy', value: providedBy },
    ],
  };
  return described;
}
