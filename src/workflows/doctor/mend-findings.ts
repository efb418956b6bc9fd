import { mendInstalled } from '../../install/mend-installed.ts';
import type { InstallRoot } from '../../install/install-root.ts';
import { locateKongConf } from '../../kong/conf-files.ts';
import type { DoctorFinding } from '../../kong/doctor/finding.ts';
import { mendList } from '../../kong/doctor/mend-list.ts';
import { replaceKongConf } from '../replace-kong-conf.ts';

export interface MendOptions {
  readonly root: InstallRoot;
  readonly kongConf?: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Mends the findings that say how: the list of plugins in kong.conf, modes and links of what kongcrate
 * installed. Nothing else is touched.
 * @throws KongcrateError NOT_OURS, NODE_BUSY, INSTALL_FAILED, USAGE, INTERRUPTED
 */
export async function mendFindings(
  findings: readonly DoctorFinding[],
  { root, kongConf, signal }: MendOptions,
): Promise<void> {
  const list = findings.find(({ mend }) => mend?.kind === 'plugin-list');
  const file = list && locateKongConf(kongConf);
  if (file !== undefined)
    await replaceKongConf(file, { edit: mendList, instead: list?.fix ?? '' }, {});
  const installed = findings.flatMap(({ mend }) =>
    mend && mend.kind !== 'plugin-list' ? [mend] : [],
  );
  const paths = installed.flatMap((mend) => (mend.kind === 'modes' ? mend.paths : []));
  if (installed.length > 0) await mendInstalled(root, paths, signal);
}
