import { readValue } from '../conf-value.ts';
import type { ConfEntry } from '../kong-conf.ts';
import { splitList } from '../plugin-list.ts';
import { findUnread } from '../unread-lines.ts';
import { PLUGINS } from '../write-list.ts';
import { decode, findSetting, firstLineOf } from './conf-lines.ts';
import type { DoctorFinding } from './finding.ts';
import { mendItems } from './mend-list.ts';
import type { Patient } from './patient.ts';

/** Lines of kong.conf that look as if they set something, and that Kong passes over. */
export function checkUnreadLines({ conf }: Patient): readonly DoctorFinding[] {
  if (!conf) return [];
  return [PLUGINS, 'lua_package_path'].flatMap((key) => {
    const effective = findSetting(conf, key);
    return findUnread(conf.text, key).map(({ entry, line, why }): DoctorFinding => {
      const counts = effective ? `; ${effective.place} counts` : '';
      return {
        code: 'line-not-read',
        // Without another line the setting has Kong's default.
        severity: effective ? 'warning' : 'error',
        cause: `a line that sets ${key} counts for nothing: ${why}${counts}`,
        evidence: [`${conf.path}:${line}: ${firstLineOf(entry)}`],
        fix: `Write ${key} = … once in ${conf.path}, in lower case, above the first [section], in a file without a byte order mark.`,
        plugins: key === PLUGINS ? mendItems(splitList(decode(valueOf(entry)))) : [],
      };
    });
  });
}

/** As it was meant, with a colon too. */
function valueOf(entry: ConfEntry): string {
  return entry.text.includes('=') ? readValue(entry).value : (entry.text.split(':')[1] ?? '');
}
