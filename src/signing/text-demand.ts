import { KongcrateError, messageOf } from '../errors/kongcrate-error.ts';

/** What a text in a certificate has to be: exactly this, or what an expression takes as a whole. */
export type TextDemand =
  | { readonly kind: 'exact'; readonly text: string }
  | { readonly kind: 'expression'; readonly source: string; readonly expression: RegExp };

/**
 * Demands exactly this text.
 * @param name what is demanded, for the message: a flag, or a place in a file
 * @throws KongcrateError USAGE for an empty text, which sigstore-js takes for "anybody"
 */
export function exactly(text: string, name: string): TextDemand {
  refuseEmpty(text, name);
  return { kind: 'exact', text };
}

/**
 * Demands a text that the expression takes from its first to its last character. cosign searches
 * anywhere in the text, so that `…/main` lets `…/main-evil` pass.
 * @throws KongcrateError USAGE: empty, or no JavaScript expression
 */
export function matching(source: string, name: string): TextDemand {
  refuseEmpty(source, name);
  try {
    // Valid by itself first: `a)|(b` would step out of the anchors.
    new RegExp(source, 'u');
    return { kind: 'expression', source, expression: new RegExp(`^(?:${source})$`, 'u') };
  } catch (error) {
    throw new KongcrateError('USAGE', `${name} ${JSON.stringify(source)}: ${messageOf(error)}`, {
      remedy: 'Give a regular expression of JavaScript for the whole text, with \\. for a dot.',
    });
  }
}

/** Whether a text is what is demanded. */
export function fits(demand: TextDemand, text: string): boolean {
  return demand.kind === 'exact' ? text === demand.text : demand.expression.test(text);
}

/** The demand as it was given: a text in quotes, an expression between slashes. */
export function formatDemand(demand: TextDemand): string {
  return demand.kind === 'exact' ? JSON.stringify(demand.text) : `/^(?:${demand.source})$/`;
}

function refuseEmpty(text: string, name: string): void {
  if (text !== '') return;
  throw new KongcrateError('USAGE', `${name} is empty, and would name nobody or anybody`, {
    remedy: 'Give the whole text that the certificate must carry.',
  });
}
