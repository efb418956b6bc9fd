import {
  describePlace,
  entryAt,
  MAX_ENTRY_LENGTH,
  type LogEntry,
  type LogText,
} from './log-text.ts';

/** What Kong says in a log about plugins, as far as it has a cause on the node. */
export interface Complaint extends LogEntry {
  readonly kind:
    'not-enabled' | 'not-installed' | 'no-schema' | 'not-loaded' | 'data-plane' | 'not-started';
  /** As Kong writes it; absent where it names none. */
  readonly plugin?: string;
  /** The module that a plugin asks for in vain. */
  readonly module?: string;
  /** `file:line: text`, for people. */
  readonly place: string;
  /** Kong's own words. */
  readonly words: string;
  /** The process that wrote it, where the entry tells. */
  readonly pid?: number;
  /** Whether it keeps nginx's master from loading the code at all. */
  readonly isInit: boolean;
}

/** Kong 3.0 to 3.9. Each begins with words of its own, so that a long log is searched in linear time. */
const PATTERNS: readonly (readonly [Complaint['kind'], RegExp])[] = [
  [
    'not-enabled',
    / plugin is in use but not enabled(?<=(?<plugin>[^\s:(]{1,200}) plugin is in use but not enabled)/g,
  ],
  ['not-enabled', /plugin '(?<plugin>[^'\n]{1,200})' not enabled; add it to the 'plugins'/g],
  [
    'not-installed',
    / plugin is enabled but not installed(?<=(?<plugin>[^:\n]{0,200}) plugin is enabled but not installed)/g,
  ],
  ['no-schema', /no configuration schema found for plugin: (?<plugin>[^\s;,]{1,200})/g],
  [
    'not-loaded',
    /error loading module 'kong\.plugins\.(?<plugin>[^'\n]{1,200})\.(?:handler|schema|daos|api)'/g,
  ],
  ['not-loaded', /Plugin "(?<plugin>[^"\n]{1,200})" cannot be loaded because/g],
  ['not-loaded', /on plugin '(?<plugin>[^'\n]{1,200})': \[[^\]\n]{0,50}\] schema violation/g],
  ['not-loaded', /custom plugin '(?<plugin>[^'\n]{1,200})' returned non-array daos/g],
  [
    'data-plane',
    /configured (?<plugin>\S{1,200}) plugin (?:\S{1,100} )?is missing from data plane/g,
  ],
  [
    'data-plane',
    /configured data plane (?<plugin>\S{1,200}) plugin version \S{1,100} is different to/g,
  ],
  ['not-started', /init_by_lua error:/g],
];

const MAX_WORDS = 600;
const MAX_COMPLAINTS = 100;
const MAX_ALIKE = 1_000;

/** What a log complains about; each complaint once, as it was made last. */
export function findComplaints(log: LogText): readonly Complaint[] {
  const all = PATTERNS.flatMap(([kind, pattern]) =>
    lastOfEach(log.text, pattern).map((match) => describe(log, kind, match)),
  );
  const explained = new Set(
    all.flatMap(({ kind, start }) => (kind === 'not-started' ? [] : [start])),
  );
  const last = new Map<string, (typeof all)[number]>();
  for (const complaint of all) {
    const { kind, plugin, module, start } = complaint;
    const key = JSON.stringify([kind, plugin, module]);
    if (kind === 'not-started' && explained.has(start)) continue;
    // An entry may say it twice, and its first line says it best.
    if (last.get(key)?.start !== start) last.set(key, complaint);
  }
  // Lines are counted for what is told alone.
  return [...last.values()]
    .slice(-MAX_COMPLAINTS)
    .map((found) => ({ ...found, place: describePlace(log, found.index) }));
}

/** A node that drops every request says so each time: the last ones about a plugin tell it all. */
function lastOfEach(text: string, pattern: RegExp): readonly RegExpExecArray[] {
  const alike = new Map<string, RegExpExecArray[]>();
  for (const match of text.matchAll(pattern)) {
    if (isOfClient(text, match.index)) continue;
    const plugin = match.groups?.['plugin'] ?? '';
    const matches = alike.get(plugin);
    if (matches) matches.push(match);
    else alike.set(plugin, [match]);
  }
  return [...alike.values()].flatMap((matches) => matches.slice(-MAX_ALIKE));
}

function describe(
  log: LogText,
  kind: Complaint['kind'],
  { index, 0: matched, groups }: RegExpExecArray,
): Omit<Complaint, 'place'> & { readonly index: number } {
  const entry = entryAt(log, index);
  const words = entry.text.slice(entry.text.indexOf(matched)).slice(0, MAX_WORDS).trim();
  const plugin = groups?.['plugin']?.trim();
  const module = kind === 'not-loaded' ? missingModule(words) : undefined;
  const pid = /^\S+ \S+ \[\w+\] (\d+)#/.exec(entry.text)?.[1];
  return {
    ...entry,
    index,
    kind,
    words,
    ...(plugin === undefined ? {} : { plugin }),
    ...(module === undefined ? {} : { module }),
    ...(pid === undefined ? {} : { pid: Number(pid) }),
    isInit: entry.text.includes('init_by_lua'),
  };
}

/** Behind it nginx puts what the client sent: request line, host, referrer. */
const CLIENT = ', client: ';

function isOfClient(text: string, index: number): boolean {
  const before = text.slice(Math.max(0, index - MAX_ENTRY_LENGTH), index);
  return before.includes(CLIENT, before.lastIndexOf('\n') + 1);
}

/** Behind "error loading module" comes what its code asked for in vain, if that is why. */
function missingModule(words: string): string | undefined {
  return /module '([^'\n]{1,200})' not found/.exec(words)?.[1];
}
