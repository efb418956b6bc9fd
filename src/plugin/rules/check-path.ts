import type { Finding } from '../finding.ts';
import type { PluginFile } from '../plugin-file.ts';

/** Microsoft, "Naming Files, Paths, and Namespaces"; kongcrate's own reader refuses them. */
const WINDOWS_DEVICE = /(?:^|\/)(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9]) *(?:[./]|$)/i;
const WINDOWS_CHARACTER = /[\\:*?"<>|]|[. ](?:\/|$)/;

/** Names that no archive may hold, since some reader or file system would make another of them. */
export function checkPath({ path, source }: PluginFile): readonly Finding[] {
  const why = faultOf(path, source.kind);
  if (why === undefined) return [];
  return [
    {
      severity: 'error',
      rule: 'file-name',
      file: source.path,
      line: 1,
      message: `${JSON.stringify(path)} ${why}, so no archive can hold it`,
      remedy: 'Rename the file, or name it in .kongcrateignore.',
    },
  ];
}

function faultOf(path: string, kind: PluginFile['source']['kind']): string | undefined {
  if (kind === 'not-utf8') return 'has a name that is no UTF-8';
  if (!/^[\x20-\x7e]*$/.test(path)) return 'has characters outside printable ASCII';
  if (WINDOWS_DEVICE.test(path)) return 'is the name of a device on Windows';
  if (WINDOWS_CHARACTER.test(path)) return 'has a name that Windows cannot hold';
  return undefined;
}
