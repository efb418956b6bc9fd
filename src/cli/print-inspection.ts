import type {
  InspectedArtifact,
  InspectedFile,
  InspectedRepository,
} from '../workflows/inspect-artifact.ts';
import type { InspectedContent } from '../workflows/inspect-content.ts';
import type { ReferrerNode } from '../workflows/read-referrers.ts';
import { formatBytes } from './format-bytes.ts';
import { renderCapabilities } from './print-capabilities.ts';

/** What `inspect` shows to people. */
export function renderInspection(
  inspected: InspectedArtifact | InspectedRepository | InspectedFile,
): string {
  switch (inspected.kind) {
    case 'repository':
      return inspected.tags.join('\n');
    case 'file':
      return [`${inspected.container} ${inspected.digest}`, ...renderContent(inspected)].join('\n');
    case 'artifact':
      return renderArtifact(inspected).join('\n');
  }
}

function renderArtifact(inspected: InspectedArtifact): string[] {
  const { document, subject, legacySignatures } = inspected;
  const parts = document.kind === 'manifest' ? document.layers : document.manifests;
  const type =
    document.kind === 'manifest' ? (document.artifactType ?? document.mediaType) : 'index';
  return [
    inspected.reference,
    `repository: ${inspected.repository}`,
    ...(inspected.signatureRepository === undefined
      ? []
      : [`signatures looked for in: ${inspected.signatureRepository}`]),
    `type: ${type}`,
    ...Object.entries(document.annotations).map(([key, value]) => `annotation: ${key}=${value}`),
    ...parts.map(
      (part) =>
        `${document.kind === 'manifest' ? 'layer' : 'manifest'}: ${part.digest} ${part.mediaType} ${formatBytes(part.size)}`,
    ),
    ...(inspected.content ? renderContent(inspected.content) : []),
    ...(legacySignatures
      ? [`signatures (.sig): ${legacySignatures.count} in ${legacySignatures.digest}`]
      : []),
    ...renderReferrers(inspected.referrers, ''),
    ...(inspected.omitted > 0 ? [`and ${inspected.omitted} more referrers`] : []),
    ...(inspected.unsearched > 0
      ? [`below ${inspected.unsearched} of them nothing was looked for`]
      : []),
    ...(!legacySignatures && inspected.referrers.length === 0
      ? [`no signatures or referrers of ${subject.digest}`]
      : []),
  ];
}

function renderContent({ files, capabilities, dependencies }: InspectedContent): string[] {
  return [
    ...files.map(({ path, size }) => `  ${path} (${formatBytes(size)})`),
    ...dependencies.map(({ name, providedBy }) => `depends on ${name}: provided by ${providedBy}`),
    ...(capabilities.length > 0 ? [renderCapabilities(capabilities)] : []),
  ];
}

function renderReferrers(nodes: readonly ReferrerNode[], indent: string): string[] {
  return nodes.flatMap(({ descriptor, referrers }) => {
    const predicate = descriptor.annotations?.['dev.sigstore.bundle.predicateType'];
    const type = predicate ?? descriptor.artifactType ?? descriptor.mediaType;
    return [
      `${indent}referrer: ${descriptor.digest} ${type}`,
      ...renderReferrers(referrers, `${indent}  `),
    ];
  });
}
