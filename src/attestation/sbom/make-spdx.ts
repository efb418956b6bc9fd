import { createHash } from 'node:crypto';
import { piecesOf, type ByteSource } from '../../content/byte-source.ts';
import { isLicenseExpression } from './is-license-expression.ts';
import { purlOf, timeOf, uuidOf, type SbomOptions, type Software } from './software.ts';

const NOT_SAID = 'NOASSERTION';
const PACKAGE = 'SPDXRef-Package';
const OTHER_LICENSE = 'LicenseRef-rockspec';

/** An SBOM in SPDX 2.3: the same plugin gives the same bytes. */
export function makeSpdx(software: Software, { hex, created, version }: SbomOptions): object {
  const { name, license, dependencies } = software;
  const title = `${name}-${software.version}`;
  const isOther = license !== undefined && !isLicenseExpression(license);
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: title,
    // SPDX 2.3, 6.5: the place for creators without a website of their own.
    documentNamespace: `https://spdx.org/spdxdocs/${encodeURIComponent(title)}-${uuidOf(hex)}`,
    creationInfo: { created: timeOf(created), creators: [`Tool: kongcrate-${version}`] },
    packages: [describePackage(software), ...dependencies.map(describeDependency)],
    files: software.files.map(describeFile),
    ...(isOther
      ? {
          hasExtractedLicensingInfos: [
            { licenseId: OTHER_LICENSE, extractedText: license, name: license },
          ],
        }
      : {}),
    relationships: [
      relate('SPDXRef-DOCUMENT', 'DESCRIBES', PACKAGE),
      ...software.files.map((_, index) => relate(PACKAGE, 'CONTAINS', fileId(index))),
      ...dependencies.map((_, index) => relate(PACKAGE, 'DEPENDS_ON', dependencyId(index))),
    ],
  };
}

function describePackage({ name, version, license, files }: Software): object {
  const declared = license ?? NOT_SAID;
  return {
    SPDXID: PACKAGE,
    name,
    versionInfo: version,
    downloadLocation: NOT_SAID,
    filesAnalyzed: true,
    packageVerificationCode: { packageVerificationCodeValue: verificationCode(files) },
    licenseConcluded: NOT_SAID,
    licenseInfoFromFiles: [NOT_SAID],
    licenseDeclared:
      declared === NOT_SAID || isLicenseExpression(declared) ? declared : OTHER_LICENSE,
    copyrightText: NOT_SAID,
    primaryPackagePurpose: 'LIBRARY',
  };
}

/** SPDX 2.3, 7.9: SHA-1 of all files' SHA-1s, sorted and put together. */
function verificationCode(files: Software['files']): string {
  const sums = files.map(({ bytes }) => hash('sha1', bytes)).sort();
  return hash('sha1', Buffer.from(sums.join('')));
}

/** SPDX 2.3, 8.4: a SHA-1 is mandatory. */
function describeFile({ path, bytes }: Software['files'][number], index: number): object {
  return {
    SPDXID: fileId(index),
    fileName: `./${path}`,
    fileTypes: [path.endsWith('.lua') ? 'SOURCE' : 'OTHER'],
    checksums: [
      { algorithm: 'SHA1', checksumValue: hash('sha1', bytes) },
      { algorithm: 'SHA256', checksumValue: hash('sha256', bytes) },
    ],
    licenseConcluded: NOT_SAID,
    licenseInfoInFiles: [NOT_SAID],
    copyrightText: NOT_SAID,
  };
}

function describeDependency(dependency: Software['dependencies'][number], index: number): object {
  const { name, constraints, providedBy } = dependency;
  const wanted = constraints === '' ? 'any version' : constraints;
  return {
    SPDXID: dependencyId(index),
    name,
    downloadLocation: NOT_SAID,
    filesAnalyzed: false,
    licenseConcluded: NOT_SAID,
    licenseDeclared: NOT_SAID,
    copyrightText: NOT_SAID,
    comment: `wanted: ${wanted}; provided by: ${providedBy}`,
    externalRefs: [
      {
        referenceCategory: 'PACKAGE-MANAGER',
        referenceType: 'purl',
        referenceLocator: purlOf(dependency),
      },
    ],
  };
}

function relate(spdxElementId: string, relationshipType: string, to: string): object {
  return { spdxElementId, relationshipType, relatedSpdxElement: to };
}

const fileId = (index: number): string => `SPDXRef-File-${index + 1}`;
const dependencyId = (index: number): string => `SPDXRef-Dependency-${index + 1}`;

function hash(algorithm: 'sha1' | 'sha256', bytes: ByteSource): string {
  const hash = createHash(algorithm);
  for (const piece of piecesOf(bytes)) hash.update(piece);
  return hash.digest('hex');
}
