import tseslint from 'typescript-eslint';

/** Names of Node, the DOM and the clock: the core takes time, files and randomness as arguments. */
const HOST_GLOBALS = [
  'process',
  'Buffer',
  'window',
  'document',
  'self',
  'navigator',
  'require',
  '__dirname',
  '__filename',
  'setTimeout',
  'setImmediate',
  'fetch',
  'performance',
];

const HOUSE_SYNTAX = [
  { selector: 'TSEnumDeclaration', message: 'use a union of string literals' },
  { selector: 'ExportDefaultDeclaration', message: 'export by name' },
  { selector: 'Program > VariableDeclaration[kind="let"]', message: 'no module-level mutable state' },
  {
    selector: 'Program > ExportNamedDeclaration > VariableDeclaration[kind="let"]',
    message: 'no module-level mutable state',
  },
  {
    selector: 'ClassDeclaration:not([superClass.name=/^(Error|CstParser|Lexer)$/])',
    message: 'plain data and functions; a class only where Chevrotain or Error wants one',
  },
  {
    selector: ':function > Identifier.params > TSTypeAnnotation > TSBooleanKeyword',
    message: 'no boolean parameters: name the two cases in a union',
  },
];

const PURE_SYNTAX = [
  ...HOUSE_SYNTAX,
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'time is an argument' },
  { selector: 'MemberExpression[object.name="Date"][property.name="now"]', message: 'time is an argument' },
  {
    selector: 'MemberExpression[object.name="Math"][property.name="random"]',
    message: 'randomness does not exist here',
  },
];

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'coverage/',
      'samples/',
      'test/golden/',
      'test/vectors/',
      '**/*.mjs',
      '**/*.cjs',
      'eslint.config.js',
      'vitest.config.ts',
    ],
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'max-lines': ['error', 400],
      'max-params': ['error', 3],
      'no-eval': 'error',
      'no-new-func': 'error',
      'no-restricted-syntax': ['error', ...HOUSE_SYNTAX],
    },
  },
  {
    files: ['index.ts', 'grammar/**/*.ts', 'compiler/**/*.ts', 'runtime/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', ...HOST_GLOBALS],
      'no-restricted-imports': ['error', { patterns: [{ regex: '^node:', message: 'the core runs in browsers too' }] }],
      'no-restricted-syntax': ['error', ...PURE_SYNTAX],
    },
  },
  {
    files: ['test/**/*.ts', 'scripts/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'error', 'max-params': 'off' },
  },
);
