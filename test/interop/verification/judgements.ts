import type { CosignCell } from '../../support/local-sigstore/cosign-cell.ts';
import { IDENTITY, IDENTITY_ISSUER } from '../../support/local-sigstore/identity-token.ts';
import { hasLog, hasTimestamp } from '../../support/local-sigstore/signing-config.ts';
import type { TrustFiles } from './trust-files.ts';

/** What `verify` says of a signature when it is asked with these flags. */
export interface Judgement {
  readonly flags: readonly string[];
  readonly outcome: Trust | Refusal;
}

/** What is known of the signature that is trusted. */
export interface Trust {
  readonly log: 'verified' | 'not checked' | undefined;
  readonly isDated: boolean;
}

export interface Refusal {
  readonly status: 12 | 13;
  /** Part of the message. */
  readonly reason: string;
}

const refused = (status: Refusal['status'], reason: string): Refusal => ({ status, reason });
const UNDATED = refused(12, 'no entry of a known log and no known timestamp says when it was made');
const UNLOGGED = refused(12, 'it is in no transparency log');
const FOREIGN_LOG = refused(12, 'entries are from logs that the trusted root does not know');
const NAMES_ANOTHER = refused(13, `it was made by "${IDENTITY}" known to "${IDENTITY_ISSUER}"`);

const WAIVER = '--insecure-ignore-tlog';
const asking = (identity = IDENTITY, issuer = IDENTITY_ISSUER): readonly string[] => [
  ...['--certificate-identity', identity],
  ...['--certificate-oidc-issuer', issuer],
];

/** First the way to trust a signature, if there is one; then others, and what must not be trusted. */
export function judgementsOf(cell: CosignCell, files: TrustFiles): readonly Judgement[] {
  return cell.material === 'keyless' ? keylessJudgements(cell, files) : keyJudgements(cell, files);
}

function keylessJudgements({ log }: CosignCell, files: TrustFiles): readonly Judgement[] {
  const { root, otherRoot, otherFulcio, key } = files;
  const trusted = { log: hasLog(log) ? 'verified' : undefined, isDated: true } as const;
  const judge = (
    who: readonly string[],
    trustedRoot: string,
    outcome: Judgement['outcome'],
  ): Judgement => ({
    flags: [...who, '--trusted-root', trustedRoot, ...(hasLog(log) ? [] : [WAIVER])],
    // Of a certificate that was used nobody knows when nothing else is asked.
    outcome: log === 'none' ? UNDATED : outcome,
  });
  const plain = [...asking(), '--trusted-root', root];
  return [
    judge(asking(), root, trusted),
    judge(asking(`${IDENTITY}-evil`), root, NAMES_ANOTHER),
    judge(asking(IDENTITY, `${IDENTITY_ISSUER}/`), root, NAMES_ANOTHER),
    judge(asking(), otherRoot, UNDATED),
    judge(asking(), otherFulcio, refused(13, 'no valid certificate path found')),
    { flags: ['--key', key], outcome: refused(12, 'it was made with a certificate') },
    ...(log === 'tsa-only' ? [{ flags: plain, outcome: UNLOGGED }] : []),
    ...(log === 'rekor1'
      ? [{ flags: [...plain, WAIVER], outcome: refused(12, 'it needs a signed timestamp') }]
      : []),
  ];
}

function keyJudgements({ log }: CosignCell, files: TrustFiles): readonly Judgement[] {
  const isLogged = hasLog(log);
  const isDated = isLogged || hasTimestamp(log);
  const known: Trust = { log: isLogged ? 'verified' : undefined, isDated };
  const unknown: Trust = { log: isLogged ? 'not checked' : undefined, isDated: false };
  const old = refused(12, 'no log and no timestamp says when it was made');
  return [
    { flags: ['--key', files.key, '--trusted-root', files.root], outcome: known },
    // A key needs no log: what unknown servers say is set aside.
    { flags: ['--key', files.key, '--trusted-root', files.otherRoot], outcome: unknown },
    { flags: ['--key', files.otherKey], outcome: refused(12, 'no trusted key made this') },
    {
      flags: [...asking(), '--trusted-root', files.root],
      outcome: refused(13, 'it has no certificate'),
    },
    { flags: ['--policy', files.logged], outcome: isLogged ? known : UNLOGGED },
    {
      flags: ['--policy', files.loggedElsewhere],
      outcome: isLogged ? FOREIGN_LOG : UNLOGGED,
    },
    { flags: ['--policy', files.dated], outcome: isDated ? known : old },
    { flags: ['--policy', files.datedElsewhere], outcome: old },
  ];
}
