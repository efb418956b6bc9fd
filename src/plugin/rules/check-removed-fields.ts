import { lineOf } from '../evaluate-expression.ts';
import type { Finding } from '../finding.ts';
import { walkLua } from '../walk-lua.ts';
import type { RuleSubject } from './rule-subject.ts';

/** A typedef that is gone is nil, and `{ run_on = nil }` is no field: Kong's metaschema wants one. */
export function checkRemovedFields({ file, chunk }: RuleSubject): readonly Finding[] {
  return [...walkLua(chunk)]
    .filter((node) => node.type === 'MemberExpression' && node.identifier.name === 'run_on_first')
    .map((node) => ({
      severity: 'error',
      rule: 'removed-field',
      file,
      line: lineOf(node),
      message: 'typedefs.run_on_first was removed from Kong, so this field is empty',
      remedy: 'Delete the field run_on.',
    }));
}
