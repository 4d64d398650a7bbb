/**
 * The linter's rules: strict and type-checked TypeScript, small files and functions, and the one-way doors between
 * the folders of src/ (who may import whom).
 */
import tseslint from 'typescript-eslint';

/** The one file that loads the addon, and the names that would load one. */
const NATIVE_SEAM = 'src/store/native.ts';
const ADDON_PATTERN = {
  regex: '\\.node$|^node-gyp-build$|^bindings$',
  message: `Only ${NATIVE_SEAM} loads the addon.`,
};
const SOCKET_MODULES = ['net', 'tls', 'dgram', 'http', 'https', 'node:net', 'node:tls', 'node:dgram'].map(
  (name) => ({
    name,
    message: 'Commands never touch a socket.',
  }),
);

/** A door: `files` may not import what the patterns match. */
function door(files, patterns, paths = []) {
  return {
    files,
    rules: { 'no-restricted-imports': ['error', { paths, patterns: [ADDON_PATTERN, ...patterns] }] },
  };
}

const NO_DEFAULT_EXPORT = {
  selector: 'ExportDefaultDeclaration',
  message: 'Export by name.',
};
const NO_REQUIRE = {
  selector:
    "CallExpression[callee.name=/^(createRequire|require)$/], MemberExpression[property.name='dlopen']",
  message: `Only ${NATIVE_SEAM} loads the addon.`,
};

export default tseslint.config(
  { ignores: ['node_modules', 'build', 'dist', 'coverage', 'bench/results', 'src/store/layout.ts'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'max-lines': ['error', 600],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'], location: 'anywhere' }],
      'no-restricted-syntax': ['error', NO_DEFAULT_EXPORT, NO_REQUIRE],
      eqeqeq: 'error',
      '@typescript-eslint/ban-ts-comment': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      // The compiler takes every element of an array for present, so a check that it is there looks needless to it.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // A handler may end with `return reply.error(...)`: it returns nothing either way.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
    },
  },
  door(['src/**/*.ts'], []),
  door(
    ['src/protocol/**'],
    [
      {
        regex: '^(?!\\./|\\.\\./store/(native|layout)\\.js$).*',
        message: 'The protocol knows nothing but itself and the types of the store.',
      },
    ],
  ),
  door(
    ['src/commands/**'],
    [{ regex: '/(server|cli|transport)/', message: 'Commands know neither the server nor its transport.' }],
    SOCKET_MODULES,
  ),
  door(
    ['src/config/**'],
    [
      {
        regex: '/(server|commands|store|protocol|cli)/',
        message: 'The configuration knows no one who reads it.',
      },
    ],
  ),
  door(
    ['src/store/**'],
    [
      {
        regex: '/(server|commands|protocol|config|cli)/',
        message: 'The store knows data, not who asks for it.',
      },
    ],
  ),
  {
    files: [NATIVE_SEAM],
    rules: { 'no-restricted-imports': 'off', 'no-restricted-syntax': ['error', NO_DEFAULT_EXPORT] },
  },
  {
    // The body of describe() is a list of tests, not a function to keep small.
    files: ['test/**/*.ts'],
    rules: { 'max-lines-per-function': 'off', '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['*.config.{js,ts}'],
    rules: { 'no-restricted-syntax': ['error', NO_REQUIRE] },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    ...tseslint.configs.disableTypeChecked,
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    rules: { '@typescript-eslint/explicit-module-boundary-types': 'off' },
  },
);
