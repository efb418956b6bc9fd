import type { Experiment } from './experiment.ts';
import { GROWTH } from './growth.ts';
import { INSTALL } from './install.ts';
import { LINK } from './link.ts';
import { PUBLISH } from './publish.ts';
import { REGISTRY_LOAD } from './registry-load.ts';
import { REQUESTS } from './requests.ts';
import { SEVERAL } from './several.ts';
import { START } from './start.ts';

/** Everything that can be measured. */
export const EXPERIMENTS: readonly Experiment[] = [
  ...START,
  ...REQUESTS,
  ...PUBLISH,
  ...INSTALL,
  ...SEVERAL,
  ...LINK,
  ...GROWTH,
  ...REGISTRY_LOAD,
];
