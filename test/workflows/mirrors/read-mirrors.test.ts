import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findRule, refuseBlocked } from '../../../src/workflows/mirrors/find-rule.ts';
import type { MirrorRule, Mirrors } from '../../../src/workflows/mirrors/mirror-rule.ts';
import { readMirrors } from '../../../src/workflows/mirrors/read-mirrors.ts';
import { expectError } from '../../support/expect-error.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const POLICY = 'version: 1\ntrust: {rules: [{match: "**", unsigned: allow}]}\n';
const USER = 'home/.config/containers/registries.conf';

interface Scene {
  /** Texts by path below the scene's directory. */
  readonly files?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly configuration?: string;
}

let at = (path: string): string => path;

function write({ files = {} }: Scene): string {
  const directory = temporaryDirectory();
  at = (path) => join(directory, path);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
  }
  return directory;
}

function read(scene: Scene): Promise<Mirrors> {
  const directory = write(scene);
  const { CONTAINERS_REGISTRIES_CONF: named, ...others } = scene.environment ?? {};
  return readMirrors({
    environment: named ? { ...others, CONTAINERS_REGISTRIES_CONF: at(named) } : others,
    home: join(directory, 'home'),
    systemDirectory: join(directory, 'etc'),
    configuration: scene.configuration === undefined ? undefined : at(scene.configuration),
  });
}

const withSection = (section: string): Promise<Mirrors> =>
  read({ files: { 'k.yaml': `${POLICY}${section}` }, configuration: 'k.yaml' });
const withConf = (text: string): Promise<Mirrors> => read({ files: { [USER]: text } });

/** What is read in place of a repository, in order, and the file and line that say so. */
function routeOf(mirrors: Mirrors, repository: string): readonly string[] | undefined {
  const { rule, rest } = findRule(mirrors, repository) ?? {};
  const places: MirrorRule['mirrors'] = rule?.mirrors ?? [];
  const moved = rule?.location === undefined ? [] : [rule.location];
  return (
    rule && [...places.map(({ location }) => location), ...moved].map((one) => one + (rest ?? ''))
  );
}

describe('the section mirrors:', () => {
  it('names mirrors by prefix, and the longest one decides', async () => {
    const mirrors = await withSection(`mirrors:
  - prefix: registry.example
    mirrors: [{location: wide.example/all}]
  - prefix: registry.example/acme
    mirrors:
      - location: mirror.local:5000/cache/acme
        plainHttp: true
      - {location: other.example, reads: digest-only}
  - prefix: registry.example/acme/direct
  - prefix: '*.corp.example'
    mirrors: [{location: corp.example}]
  - prefix: docker.io
    mirrors: [{location: hub.example/hub}]
`);
    const route = (repository: string): readonly string[] | undefined =>
      routeOf(mirrors, repository);
    expect(route('registry.example/other/plugin')).toEqual(['wide.example/all/other/plugin']);
    expect(route('registry.example/acme/my-plugin')).toEqual([
      'mirror.local:5000/cache/acme/my-plugin',
      'other.example/my-plugin',
    ]);
    expect(route('Registry.Example:443/acme/my-plugin')).toHaveLength(2);
    expect(route('registry.example/acme/direct')).toEqual([]);
    expect(route('registry.example/acmeister/x')).toEqual(['wide.example/all/acmeister/x']);
    expect(route('registry.example.evil/acme/x')).toBeUndefined();
    expect(route('registry.example:5000/acme/x')).toBeUndefined();
    expect(route('a.corp.example/acme/x')).toEqual(['corp.example/acme/x']);
    expect(route('corp.example/acme/x')).toBeUndefined();
    expect(route('index.docker.io/library/x')).toEqual(['hub.example/hub/library/x']);
    const [, acme] = mirrors.lists[0] ?? [];
    expect(acme).toMatchObject({
      origin: `${at('k.yaml')}:6`,
      mirrors: [{ plainHttp: true, reads: 'all' }, { reads: 'digest-only' }],
    });
  });

  it.each([
    ['mirrors: []', /:3:\d+: mirrors: an empty list stands here/],
    ['mirrors: [{mirrors: [{location: a.example}]}]', /:3:\d+: mirrors\[0\]: prefix is missing/],
    ['mirrors:\n  - {prefix: a.example, insecure: true}', /:4:\d+: .*there is no such key/],
    ['mirrors:\n  - {prefix: a.example, mirrors: [{}]}', /:4:\d+: /],
    ['mirrors: [{prefix: a.example, mirrors: [{location: b.example, ca: x}]}]', /no such key/],
    ['mirrors: [{prefix: https://a.example}]', /is no place in a registry/],
    ['mirrors: [{prefix: acme}]', /it names no registry|no registry/],
    ['mirrors: [{prefix: "a.example/x:1"}]', /is no place in a registry/],
    ['mirrors: [{prefix: "*.a.example/x"}]', /behind a star only a host may stand/],
    ['mirrors: [{prefix: a.example}, {prefix: A.example}]', /stands at .*:3 already/],
    [
      'mirrors: [{prefix: a.example, mirrors: [{location: b.example, plainHttp: yes}]}]',
      /plainHttp: the text "yes" stands here/,
    ],
    [
      'mirrors: [{prefix: a.example, mirrors: [{location: b.example, reads: tags}]}]',
      /reads: the text "tags" stands here/,
    ],
  ])('%s is refused with its place', async (section, message) => {
    const error = await expectError(() => withSection(section), 'POLICY_INVALID');
    expect(error.message).toMatch(message);
    expect(error.message).toContain(`${at('k.yaml')}:`);
  });
});

const CONF = `unqualified-search-registries = ["docker.io"]
short-name-mode = "enforcing"
[aliases]
"alpine" = "docker.io/library/alpine"

[[registry]]
prefix = "registry.example/acme"
location = "moved.example/acme"
insecure = true
[[registry.mirror]]
location = "mirror.example/cache"
pull-from-mirror = "digest-only"
[[registry.mirror]]
location = "second.example:5000"
insecure = true

[[registry]]
location = "bad.example"
blocked = true

[[registry]]
location = "digests.example"
mirror-by-digest-only = true
[[registry.mirror]]
location = "mirror.example/digests"
`;

describe('registries.conf', () => {
  it('names mirrors, another place and what is blocked', async () => {
    const mirrors = await withConf(CONF);
    expect(routeOf(mirrors, 'registry.example/acme/my-plugin')).toEqual([
      'mirror.example/cache/my-plugin',
      'second.example:5000/my-plugin',
      'moved.example/acme/my-plugin',
    ]);
    expect(mirrors.lists[1]).toMatchObject([
      { hasInsecure: true, mirrors: [{ reads: 'digest-only' }, { reads: 'all' }] },
      { isBlocked: true, origin: `${at(USER)}:17` },
      { hasInsecure: false, mirrors: [{ reads: 'digest-only' }] },
    ]);
    expect(JSON.stringify(mirrors)).not.toContain('plainHttp');
    expect(routeOf(mirrors, 'index.docker.io/library/alpine')).toBeUndefined();
    const blocked = (): void => {
      refuseBlocked(mirrors, 'BAD.example/acme/my-plugin');
    };
    const error = await expectError(blocked, 'REGISTRY_BLOCKED');
    expect(error.message).toBe(`${at(USER)}:17 blocks BAD.example/acme/my-plugin`);
    expect(error.exitCode).toBe(2);
  });

  it.each([
    ['*.corp.example', 'bad.corp.example:5000/x/y'],
    ['*.corp.example', 'a.BAD.corp.example:05000/x/y'],
    ['*.corp.example:5000', 'bad.corp.example:5000/x/y'],
    ['bad.example', 'bad.example:0443/x/y'],
    ['bad.example:5000', 'bad.example:05000/x/y'],
    ['bad.example:05000', 'bad.example:5000/x/y'],
    ['bad.example:0443', 'bad.example/x/y'],
  ])('that blocks %s blocks %s', async (prefix, repository) => {
    const mirrors = await withConf(`[[registry]]\nprefix = "${prefix}"\nblocked = true\n`);
    await expectError(() => {
      refuseBlocked(mirrors, repository);
    }, 'REGISTRY_BLOCKED');
  });

  it('blocks also what kongcrate.yaml mirrors', async () => {
    const mirrors = await read({
      files: {
        [USER]: '[[registry]]\nlocation = "a.example"\nblocked = true\n',
        'k.yaml': `${POLICY}mirrors: [{prefix: a.example/x, mirrors: [{location: b.example}]}]`,
      },
      configuration: 'k.yaml',
    });
    expect(routeOf(mirrors, 'a.example/x/y')).toEqual(['b.example/y']);
    await expectError(() => {
      refuseBlocked(mirrors, 'a.example/x/y');
    }, 'REGISTRY_BLOCKED');
  });

  it.each([
    ['[[registry]\nlocation = "a"', /registries\.conf:1:\d+: /],
    ['\n\n[[registry]]\nlocation = 5', /:3: location is no text/],
    ['[[registry]]\nlocation = "a.example"\n[[registry]]\nblocked = true', /:3: neither prefix/],
    ['[[registry]]\nlocation = "a.example"\nblocked = "yes"', /:1: blocked is neither true nor/],
    ['[[registry]]\nlocation = "a.example"\n[[registry.mirror]]\ninsecure = true', /no location/],
    ['[[registry]]\nlocation = "https://a.example"', /:1: location: .* is no place/],
    ['[[registry]]\nprefix = "*.a.example/x"', /:1: prefix: .*behind a star/],
    ['registry = ["a.example"]', /:1: registry is no list of tables/],
    ['[registries.block]\nregistries = ["a.example"]', /version 1 of this format/],
    [
      '[[registry]]\nlocation = "a.example"\n[[registry.mirror]]\nlocation = "b.example"\npull-from-mirror = "never"',
      /pull-from-mirror is "never"/,
    ],
    [
      '[[registry]]\nlocation = "a.example"\n\n[[registry]]\nprefix = "a.example"',
      /:4: a\.example stands at .*:1 already/,
    ],
  ])('%j is refused with its line', async (text, message) => {
    const error = await expectError(() => withConf(text), 'MIRRORS_INVALID');
    expect(error.message).toMatch(message);
    expect(error.exitCode).toBe(2);
  });

  it('is never passed over where it cannot be read', async () => {
    write({});
    mkdirSync(at('etc'));
    symlinkSync(at('nowhere'), at('etc/registries.conf'));
    const places = { environment: {}, home: at('home'), systemDirectory: at('etc') };
    await expectError(() => readMirrors(places), 'SOURCE_UNREADABLE');
    const named = { ...places, environment: { CONTAINERS_REGISTRIES_CONF: at('missing') } };
    await expectError(() => readMirrors(named), 'SOURCE_UNREADABLE');
  });

  const to = (mirror: string, prefix = 'a.example'): string =>
    `[[registry]]\nprefix = "${prefix}"\nlocation = "${prefix}"\n[[registry.mirror]]\nlocation = "${mirror}"\n`;
  const system = {
    'etc/registries.conf': `${to('system.example')}${to('kept.example', 'b.example')}`,
    'etc/registries.conf.d/10.conf': to('ten.example'),
    'etc/registries.conf.d/20.conf': to('twenty.example'),
    'etc/registries.conf.d/30.txt': 'this is [no TOML',
    'named.conf': to('named.example'),
  };
  const a = async (scene: Scene): Promise<readonly string[] | undefined> =>
    routeOf(await read(scene), 'a.example/x/y');

  it('counts by containers’ precedence', async () => {
    expect(await a({ files: system })).toEqual(['twenty.example/x/y']);
    expect(routeOf(await read({ files: system }), 'b.example/x/y')).toEqual(['kept.example/x/y']);
    const withPart = { ...system, [`${USER}.d/05.conf`]: to('own-part.example') };
    expect(await a({ files: withPart })).toEqual(['own-part.example/x/y']);
    const withOwn = { ...system, [USER]: to('own.example') };
    expect(await a({ files: withOwn })).toEqual(['own.example/x/y']);
    expect(routeOf(await read({ files: withOwn }), 'b.example/x/y')).toBeUndefined();
    const environment = { CONTAINERS_REGISTRIES_CONF: 'named.conf' };
    expect(
      await a({ files: { ...withOwn, 'etc/registries.conf.d/20.conf': '' }, environment }),
    ).toEqual(['ten.example/x/y']);
    expect(await a({ files: { 'named.conf': to('named.example') }, environment })).toEqual([
      'named.example/x/y',
    ]);
  });

  it('comes after kongcrate.yaml, for the same repository', async () => {
    const section = `${POLICY}mirrors: [{prefix: a.example, mirrors: [{location: first.example}]}]`;
    const scene = { files: { ...system, 'k.yaml': section }, configuration: 'k.yaml' };
    expect(await a(scene)).toEqual(['first.example/x/y']);
    expect(routeOf(await read(scene), 'b.example/x/y')).toEqual(['kept.example/x/y']);
  });

  it('is nothing where there is none', async () => {
    expect((await read({})).lists).toEqual([[], []]);
  });
});
