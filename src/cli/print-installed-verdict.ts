import type { InstalledVerdict, JudgedPlugin } from '../workflows/verify-installed.ts';
import type { CommandResult } from './action.ts';
import { errorDocument } from './print-error.ts';
import { renderTrust } from './print-trust.ts';

/** A block a plugin; the worst of what was found is the exit status. */
export function printVerdict({ plugins, ...node }: InstalledVerdict): CommandResult {
  const documents = plugins.map(({ error, ...plugin }) =>
    error ? { ...plugin, ...errorDocument(error) } : plugin,
  );
  const exitCode = Math.max(0, ...plugins.map(({ error }) => error?.exitCode ?? 0));
  return {
    text: plugins.length === 0 ? 'no plugins installed' : plugins.flatMap(render).join('\n'),
    json: { ...node, plugins: documents },
    exitCode,
  };
}

const SOURCES: Readonly<Record<JudgedPlugin['keysFrom'], string>> = {
  policy: 'the policy of today',
  options: '--key',
  receipt: 'the keys recorded at the install',
};

function render(plugin: JudgedPlugin): string[] {
  const { name, version, digest, trust, keysFrom, drift, error } = plugin;
  return [
    `${error ? 'FAILED' : 'ok'} ${name} ${version ?? '(no version)'} ${digest}`,
    ...(trust ? [`  ${renderTrust(trust)} (judged by ${SOURCES[keysFrom]})`] : []),
    ...drift.map(({ path, problem }) => `  DRIFT ${problem}: ${path}`),
    ...(error ? [`  ${error.code}: ${error.message}`, `  → ${error.remedy}`] : []),
  ];
}
