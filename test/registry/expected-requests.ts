/** PERFORMANCE budgets: the most that a command may send, where there is such a limit. */
export const REQUEST_LIMITS: Readonly<
  Record<string, readonly [fallback: number, referrers: number]>
> = {
  publish: [26, 22],
  'publish unchanged': [6, 6],
  'publish second version': [26, 22],
  'install by digest': [6, 6],
  'install by digest again': [0, 0],
  'install by tag': [6, 6],
  'install by tag again': [1, 1],
};

const upload = ['POST upload', 'PUT upload'];
/** One `PUT` more with the fallback tag, and what has to be read around it. */
const PUBLISH_FALLBACK = [
  ...['GET tag', ...upload, ...upload, 'PUT manifest'],
  ...['GET .sig', ...upload, ...upload, 'PUT .sig', 'GET .sig'],
  ...[...upload, ...upload, 'PUT manifest'],
  ...['GET referrers', 'GET fallback', 'PUT fallback', 'GET fallback'],
  ...['GET fallback', 'GET blob', 'GET blob', 'PUT tag'],
];
const PUBLISH_REFERRERS = [
  ...['GET tag', ...upload, ...upload, 'PUT manifest'],
  ...['GET .sig', ...upload, ...upload, 'PUT .sig', 'GET .sig'],
  ...[...upload, ...upload, 'PUT manifest'],
  ...['GET referrers', 'GET blob', 'GET blob', 'PUT tag'],
];
/** The bundle's empty config is there already. */
const withKnownConfig = (requests: readonly string[]): readonly string[] =>
  requests.toSpliced(requests.lastIndexOf('PUT upload') - 2, 1);
const BUNDLE = ['GET manifest', 'GET blob'];

/** `METHOD kind` of every request, in order: to a registry without and with the referrers API. */
export const EXPECTED_REQUESTS: Readonly<
  Record<string, readonly [readonly string[], readonly string[]]>
> = {
  publish: [PUBLISH_FALLBACK, PUBLISH_REFERRERS],
  'publish unchanged': [
    ['GET tag', 'GET .sig', 'GET referrers', 'GET fallback', ...BUNDLE],
    ['GET tag', 'GET .sig', 'GET referrers', ...BUNDLE],
  ],
  'publish second version': [withKnownConfig(PUBLISH_FALLBACK), withKnownConfig(PUBLISH_REFERRERS)],
  // All signatures are read: whoever verifies wants to see them.
  verify: [
    ['GET tag', 'GET referrers', 'GET fallback', ...BUNDLE, 'GET .sig', 'GET blob'],
    ['GET tag', 'GET referrers', ...BUNDLE, 'GET fallback', 'GET .sig', 'GET blob'],
  ],
  'install by digest': [
    ['GET manifest', 'GET referrers', 'GET fallback', ...BUNDLE, 'GET blob'],
    ['GET manifest', 'GET referrers', ...BUNDLE, 'GET blob'],
  ],
  'install by digest again': [[], []],
  'install by tag': [
    ['GET tag', 'GET referrers', 'GET fallback', ...BUNDLE, 'GET blob'],
    ['GET tag', 'GET referrers', ...BUNDLE, 'GET blob'],
  ],
  'install by tag again': [['GET tag'], ['GET tag']],
  pull: [
    ['GET tag', 'GET referrers', 'GET fallback', ...BUNDLE, 'GET blob', 'GET blob'],
    ['GET tag', 'GET referrers', ...BUNDLE, 'GET blob', 'GET blob'],
  ],
  // The bundle's own referrers are looked for too.
  inspect: [
    ['GET tag', 'GET blob', 'GET .sig', 'GET referrers', 'GET fallback', 'GET fallback'],
    ['GET tag', 'GET blob', 'GET .sig', 'GET referrers', 'GET referrers', 'GET fallback'],
  ],
};
