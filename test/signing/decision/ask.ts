import { KongcrateError } from '../../../src/errors/kongcrate-error.ts';
import { signerIdOf } from '../../../src/content/signer-id.ts';
import { checkPolicy } from '../../../src/signing/check-policy.ts';
import { decideTrust } from '../../../src/signing/decision/decide-trust.ts';
import { demandsOf } from '../../../src/signing/decision/demands-of.ts';
import type {
  ArtifactQuestion,
  Asked,
  FoundSignatures,
  RecordedTrust,
  ReplacementQuestion,
  TrustDecision,
} from '../../../src/signing/decision/trust-question.ts';
import { whomToTrust, type Recorded } from '../../../src/signing/decision/whom-to-trust.ts';
import { MAX_BUNDLES } from '../../../src/signing/find-signatures.ts';
import type { IdentifiedSignature } from '../../../src/signing/identified-signature.ts';
import { whyNotEnough } from '../../../src/signing/meets-demand.ts';
import { parseRepositoryPattern } from '../../../src/signing/policy/repository-pattern.ts';
import type { TrustPolicy, TrustRule } from '../../../src/signing/policy/trust-policy.ts';
import type { PublicKey } from '../../../src/signing/public-key.ts';
import { makeInstallable } from '../../support/make-installable.ts';
import { acme, NOW, partner, signedBy } from '../policy/support.ts';
import { isPolicy, lettersOf, type Outcome, type Row } from './table.ts';

const KEYS: Readonly<Record<string, PublicKey>> = { A: acme, B: partner };
const { reference, manifest, manifestDigest } = makeInstallable({
  name: 'my-plugin',
  version: '1',
}).subject;
const PLUGIN = { manifest, digest: manifestDigest, blobs: new Map() };

/** An artifact of which everything is known but its signatures. */
export const ARTIFACT: Pick<Required<ArtifactQuestion>, 'reference' | 'now' | 'plugin'> = {
  reference,
  now: NOW,
  plugin: PLUGIN,
};

const keysOf = (letters: string): PublicKey[] =>
  lettersOf(letters).flatMap((letter) => KEYS[letter] ?? []);
const demandsFor = (letters: string): TrustRule['signers'] =>
  keysOf(letters).map((key) => ({ kind: 'key', key }));

/** What a candidate comes to in the judging of each by itself, ahead of any decision. */
export function findIn(asked: Asked, signatures: readonly IdentifiedSignature[]): FoundSignatures {
  const demands = demandsOf({ asked, reference, now: NOW });
  const judged = signatures.map((signature) => ({
    signature,
    errors: demands.map((demand) => whyNotEnough(signature, demand)),
  }));
  return {
    accepted: judged.filter(({ errors }) => errors.includes(undefined)).map((one) => one.signature),
    rejected: judged
      .filter(({ errors }) => !errors.includes(undefined))
      .map(({ signature, errors }) => ({ source: signature.candidate.source, error: errors[0] })),
    findings: { problems: [], unread: [] },
  };
}

/** Asks the product, as its commands do. */
export function ask(row: Row): Outcome {
  try {
    const asked = whomToTrust(givenBy(row), recordedBy(row));
    checkPolicy(asked, MAX_BUNDLES);
    const found = findIn(
      asked,
      keysOf(row.signed).map((key) => signedBy(key)),
    );
    const artifact = { ...ARTIFACT, asked, found };
    return nameOutcome(decide(row, artifact));
  } catch (error) {
    if (error instanceof KongcrateError) return error.code;
    throw error;
  }
}

function decide(row: Row, artifact: ArtifactQuestion): TrustDecision {
  const decision = decideTrust({ artifact });
  if (!decision.allowed || !decision.trust) return decision;
  const replacement = replacementOf(row, decision.trust);
  return replacement ? decideTrust({ artifact, replacement }) : decision;
}

function nameOutcome(decision: TrustDecision): Outcome {
  if (!decision.allowed) return (decision.refusal as KongcrateError).code;
  const { trust } = decision;
  const ids = trust?.kind === 'signed' ? trust.signers.map(signerIdOf) : [];
  const letters = Object.keys(KEYS).filter((one) =>
    ids.includes(`sha256:${KEYS[one]?.keyId ?? ''}`),
  );
  return `allowed by ${letters.join('')}`;
}

function givenBy(row: Row): Parameters<typeof whomToTrust>[0] {
  const { way, source, consents } = row;
  return {
    // What comes back by itself is held against no flag.
    demand: { signers: source === '--key' && way !== 'restored' ? demandsFor('A') : [] },
    ...(isPolicy(source) ? { policies: [policyOf(row)] } : {}),
    ...(consents === 'unsigned' ? { allowUnsigned: true } : {}),
    ...(consents === 'downgrade' ? { allowDowngrade: true } : {}),
  };
}

function policyOf({ source, revoked }: Row): TrustPolicy {
  const rule: TrustRule = {
    line: 1,
    repositories: [parseRepositoryPattern('**')],
    signers: demandsFor(source === 'unsigned' ? '' : source.replace(/,.*/, '')),
    threshold: source === 'A and B' ? 2 : 1,
    log: 'optional',
    ...(source === 'unsigned' ? { unsigned: 'allow' } : {}),
    ...(source.endsWith('no downgrade') ? { downgrade: 'forbid' } : {}),
  };
  return {
    file: 'policy.yaml',
    rules: [rule],
    revoked: {
      digests: new Set(revoked === 'digest' ? [reference.descriptor.digest] : []),
      keyIds: new Set(revoked === 'A' ? [acme.keyId] : []),
      identities: [],
    },
  };
}

function recordedBy({ way, recorded }: Row): Recorded | undefined {
  if (way === 'verify' || way === 'install') return undefined;
  const judged = way === 'restored' ? 'rollback' : way;
  return { way: judged, name: 'my-plugin', trust: receiptOf(recorded) };
}

function receiptOf(letters: string): RecordedTrust {
  if (letters === '') return { kind: 'unsigned' };
  const signers = keysOf(letters).map(({ keyId, pem }) => ({ keyId, publicKey: pem }));
  return { kind: 'signed', signers: signers.map((one) => ({ kind: 'key', ...one })) };
}

function replacementOf(row: Row, trust: RecordedTrust): ReplacementQuestion | undefined {
  const { way, source, recorded, live, order, consents } = row;
  if (way !== 'install' && way !== 'repeat' && way !== 'rollback') return undefined;
  const isRepeat = way === 'repeat';
  if (!isRepeat && live === 'absent') return undefined;
  const offered = { name: 'my-plugin', version: '1', digest: reference.descriptor.digest, trust };
  const before = isRepeat
    ? { ...offered, trust: receiptOf(recorded) }
    : { ...offered, digest: `sha256:${'e'.repeat(64)}`, trust: receiptOf(live) };
  return {
    way: way === 'rollback' ? 'rollback' : 'install',
    ...{ installed: before, offered },
    isLower: !isRepeat && order === 'lower',
    underPolicy: isPolicy(source),
    consents: {
      allowDowngrade: consents === 'downgrade',
      allowUnsigned: consents === 'unsigned',
      takesOtherSigners: consents === 'named',
    },
  };
}
