import { TRUST_ROOT_SECTIONS, type TrustRootSection } from '../signing/compare-trust-roots.ts';
import type { TrustedParty, TrustRootDescription } from '../signing/describe-trust-root.ts';
import type { TrustRootUpdate } from '../workflows/trust-root/update-trust-root.ts';

const TITLES: Readonly<Record<TrustRootSection, string>> = {
  certificateAuthorities: 'certificate authorities',
  certificateLogs: 'certificate logs',
  transparencyLogs: 'transparency logs',
  timestampAuthorities: 'timestamp authorities',
};

/**
 * Whom a trusted root names, one a line.
 * @param path the file; without one it is the root inside this package
 */
export function renderTrustRoot(root: TrustRootDescription, path: string | undefined): string {
  const what = path ?? "sigstore's public-good root inside this package";
  return [
    root.date === undefined ? what : `${what}, from ${root.date}`,
    ...TRUST_ROOT_SECTIONS.flatMap((section) => renderSection(TITLES[section], root[section])),
  ].join('\n');
}

/** What an update brought. */
export function renderTrustRootUpdate(update: TrustRootUpdate): string {
  const { file, mirror, date, digest, versions, changes } = update;
  const known = Object.entries(versions).map(([role, version]) => `${role} ${version}`);
  const since = update.comparedWith === 'file' ? 'the file before' : 'the root inside this package';
  return [
    update.isWritten ? `updated: ${file}` : `up to date: ${file}`,
    `digest: ${digest}`,
    `from: ${mirror}, ${date}`,
    `versions: ${known.join(', ')}`,
    changes.length === 0 ? `no changes to ${since}` : `changes to ${since}:`,
    ...changes.map(
      ({ kind, section, party }) =>
        `  ${kind === 'added' ? '+' : '-'} ${TITLES[section]}: ${renderParty(party)}`,
    ),
  ].join('\n');
}

function renderSection(title: string, parties: readonly TrustedParty[]): string[] {
  if (parties.length === 0) return [`${title}: none`];
  return [`${title}:`, ...parties.map((party) => `  ${renderParty(party)}`)];
}

function renderParty({ name, sha256, from = 'always', until }: TrustedParty): string {
  return `${name} sha256:${sha256} from ${from}${until === undefined ? '' : ` until ${until}`}`;
}
