import { BlockList, isIP } from 'node:net';

type HostTest = (host: string) => boolean;

/**
 * Reads NO_PROXY as curl and Go do: names with everything below them, addresses, CIDR ranges, each
 * with an optional port, separated by commas or spaces; `*` is everything.
 * @returns whether a URL is reached without the proxy
 */
export function createNoProxy(text: string): (url: URL) => boolean {
  const rules = text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map(readRule);
  return (url) => {
    const host = bareHost(url.hostname);
    const port = url.port === '' ? DEFAULT_PORTS.get(url.protocol) : url.port;
    return rules.some((rule) => (rule.port === '' || rule.port === port) && rule.matches(host));
  };
}

const DEFAULT_PORTS: ReadonlyMap<string, string> = new Map([
  ['http:', '80'],
  ['https:', '443'],
]);

function readRule(entry: string): { readonly port: string; readonly matches: HostTest } {
  // A bare IPv6 address is full of colons and has no port.
  const colon = isIP(entry) === 6 ? -1 : entry.search(/:\d+$/);
  const name = bareHost(colon < 0 ? entry : entry.slice(0, colon));
  return { port: colon < 0 ? '' : entry.slice(colon + 1), matches: hostTest(name) };
}

function hostTest(name: string): HostTest {
  if (name === '*') return () => true;
  const [network = '', bits] = name.split('/');
  if (isIP(network) !== 0) return addressTest(network, bits);
  const domain = name.replace(/^\*?\./, '');
  return (host) => host === domain || host.endsWith(`.${domain}`);
}

function addressTest(network: string, bits: string | undefined): HostTest {
  const maxBits = isIP(network) === 4 ? 32 : 128;
  const list = new BlockList();
  const prefixBits = bits === undefined ? maxBits : Number(bits);
  if (!Number.isInteger(prefixBits) || prefixBits < 0 || prefixBits > maxBits) return () => false;
  list.addSubnet(network, prefixBits, familyOf(network));
  return (host) => isIP(host) !== 0 && list.check(host, familyOf(host));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6';
}

function bareHost(host: string): string {
  return host.replace(/^\[|\]$|\.$/g, '');
}
