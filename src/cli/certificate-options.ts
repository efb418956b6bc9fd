import type { Command } from 'commander';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { IdentityDemand } from '../signing/signer-demand.ts';
import { exactly, matching, type TextDemand } from '../signing/text-demand.ts';

/** Whose certificates are trusted, in cosign's words. */
export interface CertificateFlags {
  readonly certificateIdentity?: string;
  readonly certificateIdentityRegexp?: string;
  readonly certificateOidcIssuer?: string;
  readonly certificateOidcIssuerRegexp?: string;
  readonly certificateGithubWorkflowTrigger?: string;
  readonly certificateGithubWorkflowSha?: string;
  readonly certificateGithubWorkflowName?: string;
  readonly certificateGithubWorkflowRepository?: string;
  readonly certificateGithubWorkflowRef?: string;
  readonly trustedRoot?: string;
  readonly insecureIgnoreTlog?: true | string;
}

const WORKFLOW = '--certificate-github-workflow';

/** Who may have signed without a key of their own, and what certificates are held against. */
export function addCertificateOptions(command: Command): void {
  command
    .option('--certificate-identity <id>', 'whom the certificate must name, exactly')
    .option('--certificate-identity-regexp <re>', 'the same as an expression for the whole name')
    .option('--certificate-oidc-issuer <url>', 'who must have vouched for that name, exactly')
    .option('--certificate-oidc-issuer-regexp <re>', 'the same as an expression for the whole URL')
    .option(`${WORKFLOW}-trigger <event>`, 'the event of GitHub that ran the workflow')
    .option(`${WORKFLOW}-sha <commit>`, 'the commit it ran from')
    .option(`${WORKFLOW}-name <name>`, "the workflow's name")
    .option(`${WORKFLOW}-repository <repo>`, 'the repository it is in')
    .option(`${WORKFLOW}-ref <ref>`, 'the branch or tag it ran from')
    .option('--trusted-root <file>', "authorities and logs (those of sigstore's public instance)")
    .option('--insecure-ignore-tlog [bool]', 'a signed timestamp is enough, without a log');
}

/**
 * The identity that the flags name, if they name one: who it is, and who vouches for it.
 * @throws KongcrateError USAGE
 */
export async function identityOf(flags: CertificateFlags): Promise<IdentityDemand | undefined> {
  const identity = await textOf(flags, 'certificateIdentity', '--certificate-identity');
  const issuer = await textOf(flags, 'certificateOidcIssuer', '--certificate-oidc-issuer');
  const workflow = workflowOf(flags);
  const isNothing = identity === undefined && issuer === undefined;
  if (isNothing && Object.keys(workflow).length === 0) return undefined;
  if (identity === undefined || issuer === undefined)
    throw new KongcrateError(
      'USAGE',
      `${identity === undefined ? '--certificate-identity' : '--certificate-oidc-issuer'} is missing`,
      {
        remedy: 'Give both: without the issuer anybody can be called so, and the other way round.',
      },
    );
  return { kind: 'identity', identity, issuer, workflow };
}

async function textOf(
  flags: CertificateFlags,
  key: 'certificateIdentity' | 'certificateOidcIssuer',
  flag: string,
): Promise<TextDemand | undefined> {
  const text = flags[key];
  const expression = flags[`${key}Regexp`];
  if (text !== undefined && expression !== undefined)
    throw new KongcrateError('USAGE', `${flag} and ${flag}-regexp are both given`, {
      remedy: 'Give one of them.',
    });
  if (expression !== undefined) return matching(expression, `${flag}-regexp`);
  return text === undefined ? undefined : exactly(text, flag);
}

function workflowOf(flags: CertificateFlags): NonNullable<IdentityDemand['workflow']> {
  const claims = {
    trigger: flags.certificateGithubWorkflowTrigger,
    sha: flags.certificateGithubWorkflowSha,
    name: flags.certificateGithubWorkflowName,
    repository: flags.certificateGithubWorkflowRepository,
    ref: flags.certificateGithubWorkflowRef,
  };
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
}
