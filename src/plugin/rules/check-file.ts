import type { Finding } from '../finding.ts';
import { foreignCode } from '../foreign-code.ts';
import { holdsSecret } from '../holds-secret.ts';
import type { SourceFile } from '../source-file.ts';

/** What no artifact may hold, whatever Kong thinks of it. */
export function checkFile(file: SourceFile): readonly Finding[] {
  const at = { severity: 'error', file: file.path, line: 1 } as const;
  if (file.kind === 'symlink' || file.kind === 'special')
    return [
      {
        ...at,
        rule: file.kind === 'symlink' ? 'symlink' : 'special-file',
        message: `${file.path} is ${file.kind === 'symlink' ? 'a symbolic link' : 'no regular file'}; an artifact holds regular files only`,
        remedy: 'Put a copy of the file there, or name it in .kongcrateignore.',
      },
    ];
  if (holdsSecret(file.path, file.bytes))
    return [
      {
        ...at,
        rule: 'private-key',
        message: `${file.path} is or holds a private key or passwords; everyone who pulls would have them`,
        remedy: 'Move it out of the plugin directory; if it was ever pushed, replace the secret.',
      },
    ];
  const foreign = foreignCode(file.path, file.bytes);
  if (foreign === undefined) return [];
  return [
    {
      ...at,
      rule: 'foreign-code',
      message: `${file.path} is ${foreign}; Lua loads it without any check of its own`,
      remedy: 'Ship Lua source; install native libraries with the image or a package.',
    },
  ];
}
