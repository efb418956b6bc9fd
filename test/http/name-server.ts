import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';

/** Resolves every name to these addresses. */
export function nameServer(...addresses: readonly string[]): LookupFunction {
  return (_hostname, options, callback) => {
    const found: LookupAddress[] = addresses.map((address) => ({ address, family: isIP(address) }));
    const [first] = found;
    if (options.all === true) callback(null, found);
    else callback(null, first?.address ?? '', first?.family);
  };
}
