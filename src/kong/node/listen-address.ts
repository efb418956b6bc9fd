/** Addresses that mean every interface, and where to reach one of them. */
const ANY: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '[::]': '[::1]' };

/**
 * Where to reach a listener of Kong without TLS.
 * @param setting such as `127.0.0.1:8001 reuseport, 127.0.0.1:8444 ssl`, or `off`
 * @returns `undefined` where there is none
 */
export function plainListenUrl(setting: string): URL | undefined {
  for (const listener of setting.split(',')) {
    const [address = '', ...flags] = listener.trim().split(/\s+/);
    const [, host = '', port = ''] = /^(.+):(\d+)$/.exec(address) ?? [];
    const url = `http://${ANY[host] ?? host}:${port}`;
    if (port !== '' && !flags.includes('ssl') && URL.canParse(url)) return new URL(url);
  }
  return undefined;
}
