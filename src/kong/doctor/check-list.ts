import { findSwallowed, loadedNames, OFF, splitList } from '../plugin-list.ts';
import { PLUGINS } from '../write-list.ts';
import { findSetting } from './conf-lines.ts';
import type { DoctorFinding } from './finding.ts';
import { isMangled, mendItems } from './mend-list.ts';
import type { Patient } from './patient.ts';

/** Looks at the list of plugins that the next start reads. */
export function checkList({ place, conf }: Patient): readonly DoctorFinding[] {
  const variable = place.environment['KONG_PLUGINS'];
  if (variable !== undefined)
    return judge(splitList(variable), { where: `KONG_PLUGINS=${variable}`, isFile: false });
  const line = conf && findSetting(conf, PLUGINS);
  return line ? judge(splitList(line.value), { where: line.place, isFile: true }) : [];
}

/** A comment behind `;` is a part of the list to Kong: what to do with it is not for us to say. */
const isName = (item: string): boolean => /^[A-Za-z0-9][\w.-]*$/.test(item);

interface Source {
  readonly where: string;
  readonly isFile: boolean;
}

function judge(items: readonly string[], { where, isFile }: Source): readonly DoctorFinding[] {
  const mended = mendItems(items);
  if (items[0] === OFF && items.length > 1)
    return [
      {
        code: 'list-off',
        severity: 'error',
        cause: 'off stands first in the list of plugins: Kong loads none, whatever follows',
        evidence: [where],
        fix: `Take off out of the list: ${PLUGINS} = ${mended.filter((item) => item !== OFF).join()}`,
        plugins: mended.filter((item) => item !== OFF),
      },
    ];
  if (!isMangled(items)) return [];
  const swallowed = findSwallowed(items);
  const base = { code: 'list-mangled', severity: 'error', evidence: [where] } as const;
  if (swallowed !== undefined)
    return [
      {
        ...base,
        cause: `the list of plugins goes on into the setting ${swallowed}, which Kong takes for a plugin; it does not start`,
        fix: `Take the backslash away from the end of the line before ${swallowed}.`,
        plugins: loadedNames(mended),
      },
    ];
  const strange = items.filter((item) => isMangled([item])).map((item) => JSON.stringify(item));
  return [
    {
      ...base,
      cause: `the list of plugins has what Kong takes for names of plugins: ${strange.join(', ')}; it does not start`,
      fix: `Write it as ${isFile ? `${PLUGINS} = ` : 'KONG_PLUGINS='}${mended.join()}`,
      plugins: loadedNames([...items, ...mended]),
      ...(isFile && items[0] !== OFF && mended.every(isName)
        ? { mend: { kind: 'plugin-list' } }
        : {}),
    },
  ];
}
