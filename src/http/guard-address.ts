import { BlockList, isIP, type LookupFunction } from 'node:net';
import { KongcrateError } from '../errors/kongcrate-error.ts';

type Subnet = readonly [network: string, prefixBits: number];

/** The prefixes under which IPv6 carries IPv4 addresses (RFC 4291 2.5.5.2, RFC 6052 2.1). */
const WRAPPERS = ['::ffff:', '64:ff9b::'];

const LOOPBACK = listOf([['127.0.0.0', 8]], [['::1', 128]]);
const REFUSED = listOf(
  [
    ['169.254.0.0', 16],
    ['0.0.0.0', 8],
    // Metadata services of clouds outside the link-local range: Alibaba, Azure.
    ['100.100.100.200', 32],
    ['168.63.129.16', 32],
  ],
  [
    ['fe80::', 10],
    ['::', 128],
    // AWS's metadata service.
    ['fd00:ec2::254', 128],
  ],
);

/** What a name means before anybody resolves it; a proxy would do that where nobody can check. */
const KNOWN_NAMES: ReadonlyMap<string, string> = new Map([
  ['localhost', '127.0.0.1'],
  ['metadata.google.internal', '169.254.169.254'],
]);

/** Whether a host, as in `URL.hostname`, is this machine: 127/8, ::1 and localhost. */
export function isLoopbackHost(hostname: string): boolean {
  const address = addressOf(hostname);
  return address !== undefined && holds(LOOPBACK, address);
}

/**
 * Refuses a host that is, by itself, an address where no registry may send anybody: link-local,
 * unspecified, a cloud's metadata service; loopback unless `allowLoopback`. Private ranges pass.
 * @throws KongcrateError REDIRECT_REFUSED; `details` hold `reason: 'ADDRESS'` and `address`
 */
export function checkHost(hostname: string, allowLoopback: boolean): void {
  const address = addressOf(hostname);
  const error = address === undefined ? undefined : judge(hostname, address, allowLoopback);
  if (error) throw error;
}

/**
 * Wraps a socket's `lookup` so that it fails if any address of the name is one that
 * {@link checkHost} refuses. A check of literals alone is passed by a DNS name
 * (go-containerregistry issue 2440); here the socket gets only addresses that were checked.
 */
export function guardLookup(lookup: LookupFunction, allowLoopback: boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) {
        callback(error, '');
        return;
      }
      const addresses = typeof found === 'string' ? [] : found;
      const refusal = addresses
        .map(({ address }) => judge(hostname, address, allowLoopback))
        .find((judged) => judged !== undefined);
      const [first] = addresses;
      if (refusal) callback(refusal, '');
      else if (options.all === true || !first) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

function judge(
  hostname: string,
  address: string,
  allowLoopback: boolean,
): KongcrateError | undefined {
  const isLoopback = holds(LOOPBACK, address);
  if (isLoopback ? allowLoopback : !holds(REFUSED, address)) return undefined;
  const what = hostname === address ? address : `${hostname} (${address})`;
  return new KongcrateError(
    'REDIRECT_REFUSED',
    `${what} is ${isLoopback ? 'this machine, and the registry is not' : 'an internal address that no registry may name'}`,
    {
      remedy: isLoopback
        ? 'If the registry runs on this machine, name it localhost or 127.0.0.1; otherwise ask who runs it.'
        : 'The registry, or the name server, is set up wrongly or is not to be trusted; ask who runs it.',
      details: { reason: 'ADDRESS', address },
    },
  );
}

function addressOf(hostname: string): string | undefined {
  const bare = hostname.toLowerCase().replace(/^\[|\]$|\.$/g, '');
  if (isIP(bare) !== 0) return bare;
  return KNOWN_NAMES.get(bare.endsWith('.localhost') ? 'localhost' : bare);
}

function holds(list: BlockList, address: string): boolean {
  // A zone (fe80::1%eth0) is no part of the address, and BlockList says no to both together.
  const bare = address.replace(/%.*$/, '');
  return list.check(bare, isIP(bare) === 4 ? 'ipv4' : 'ipv6');
}

function listOf(ipv4: readonly Subnet[], ipv6: readonly Subnet[]): BlockList {
  const list = new BlockList();
  for (const [network, bits] of ipv4) {
    list.addSubnet(network, bits, 'ipv4');
    for (const wrapper of WRAPPERS) list.addSubnet(`${wrapper}${network}`, 96 + bits, 'ipv6');
  }
  for (const [network, bits] of ipv6) list.addSubnet(network, bits, 'ipv6');
  return list;
}
