import { readdirSync } from 'node:fs';
import tseslint from 'typescript-eslint';

const MIDDLE = [
  'registry',
  'layout',
  'archive',
  'plugin',
  'attestation',
  'signing',
  'install',
  'kong',
];
const BASE = ['content', 'http', 'reference', 'errors'];
/** Folders that compute only: no file system, no network, no processes. */
const PURE = ['errors', 'reference', 'archive', 'plugin', 'attestation', 'signing', 'export'];

/** What each folder of src may import from: DESIGN "imports point one way". */
const MAY_IMPORT = {
  errors: [],
  reference: ['errors'],
  content: ['reference', 'errors'],
  http: ['reference', 'errors'],
  system: ['errors'],
  ...Object.fromEntries(
    MIDDLE.map((folder) => [folder, PURE.includes(folder) ? BASE : [...BASE, 'system']]),
  ),
  // Clients of the services that take part in signing: they make what signing asks for.
  sigstore: ['signing', ...BASE],
  // What others deploy with: written from what a plugin is and how Kong is set up.
  export: ['plugin', 'kong', ...BASE],
  workflows: ['sigstore', 'export', ...MIDDLE, ...BASE, 'system'],
  cli: ['workflows', 'sigstore', 'export', ...MIDDLE, ...BASE, 'system'],
};

/** A branding function may be imported only by the folder that is allowed to vouch. */
const BRANDS = { 'brand-verified-subject': 'signing', 'brand-extraction-plan': 'archive' };

const IMPURE_MODULES = [
  'fs',
  'fs/promises',
  'net',
  'tls',
  'http',
  'https',
  'http2',
  'dns',
  'child_process',
];

const layerRule = (folder) => {
  const allowed = new Set([folder, ...MAY_IMPORT[folder]]);
  const forbidden = Object.keys(MAY_IMPORT).filter((other) => !allowed.has(other));
  const patterns = [];
  if (forbidden.length > 0)
    patterns.push({
      regex: `^(\\.\\./)+(${forbidden.join('|')})/`,
      message: `src/${folder} may import only from: ${[...allowed].join(', ')}`,
    });
  for (const [file, owner] of Object.entries(BRANDS))
    if (owner !== folder)
      patterns.push({
        regex: `/${file}\\.ts$`,
        message: `only src/${owner} may vouch with ${file}`,
      });
  if (PURE.includes(folder))
    patterns.push({
      regex: `^(node:)?(${IMPURE_MODULES.join('|')})$`,
      message: `src/${folder} touches neither files nor network`,
    });
  return {
    files: [`src/${folder}/**/*.ts`],
    rules: { 'no-restricted-imports': ['error', { patterns }] },
  };
};

const folders = readdirSync(new URL('src', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
const unknown = folders.filter((folder) => !(folder in MAY_IMPORT));
if (unknown.length > 0)
  throw new Error(`src/${unknown[0]} has no place in the layers: see eslint.config.js`);

export default tseslint.config(
  { ignores: ['dist', 'dist-executable', 'node_modules', 'testdata', '.cache', 'coverage'] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js', 'scripts/*.js', 'bin/*.js'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'named exports only' },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 40, skipComments: true, skipBlankLines: true }],
      'max-params': ['error', 3],
      'no-console': 'error',
      complexity: ['error', 15],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/cli/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'the environment is read in src/cli only' },
        { object: 'process', property: 'exit', message: 'library code never exits' },
        { object: 'process', property: 'stdout', message: 'library code never prints' },
        { object: 'process', property: 'stderr', message: 'library code never prints' },
      ],
    },
  },
  ...Object.keys(MAY_IMPORT).map(layerRule),
  {
    files: ['**/*.js', '**/*.config.ts'],
    extends: [tseslint.configs.disableTypeChecked],
    rules: {
      'no-restricted-syntax': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
    },
  },
  {
    // CommonJS: with the loader of ES modules Node.js takes longer to start.
    files: ['bin/*.js'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
