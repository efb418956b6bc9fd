import { expandModuleNames } from './expand-module-names.ts';
import { KONG_MODULE_NAMES } from './kong-module-names.ts';
import { OWN_KONG_MODULE_NAMES } from './own-kong-module-names.ts';

const OFFERED: ReadonlySet<string> = new Set(
  [KONG_MODULE_NAMES, OWN_KONG_MODULE_NAMES].flatMap(expandModuleNames),
);

/** Whether a Kong 3.9.3 node has that module without anything that others bring. */
export function isOfferedByKong(moduleName: string): boolean {
  return OFFERED.has(moduleName);
}
