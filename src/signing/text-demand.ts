import { KongcrateError } from '../errors/kongcrate-error.ts';

/** What a text in a certificate has to be: exactly this, or what an expression takes as a whole. */
export type TextDemand =
  | { readonly kind: 'exact'; readonly text: string }
  | {
      readonly kind: 'expression';
      /** In the syntax of RE2. */
      readonly source: string;
      /** Whether the expression takes the whole of a text. */
      readonly matches: (text: string) => boolean;
    };

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
 * anywhere in the text, so that `…/main` lets `…/main-evil` pass. The engine is loaded only here.
 * @param source an expression in the syntax of RE2, which takes linear time
 * @param name what is demanded, for the message
 * @throws KongcrateError USAGE: empty, or no expression of RE2
 */
export async function matching(source: string, name: string): Promise<TextDemand> {
  refuseEmpty(source, name);
  const { compileExpression } = await import('./compile-expression.ts');
  return { kind: 'expression', source, matches: compileExpression(source, name) };
}

/** Whether a text is what is demanded. */
export function fits(demand: TextDemand, text: string): boolean {
  return demand.kind === 'exact' ? text === demand.text : demand.matches(text);
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
