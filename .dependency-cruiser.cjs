// Who may import whom. The order of the runtime's folders is the order of the pipeline.
const RUNTIME = [
  'bytes',
  'contract',
  'codecs',
  'formats',
  'packages',
  'signing',
  'trust',
  'facts',
  'evaluate',
  'report',
];

/** A runtime folder imports only itself and folders before it. */
const runtimeOrder = RUNTIME.map((folder, index) => ({
  name: `runtime-${folder}-imports-earlier-folders`,
  severity: 'error',
  from: { path: `^runtime/${folder}/` },
  to: {
    path: '^(runtime|grammar|compiler|forge|apps|index\\.ts|native-engine\\.ts)',
    pathNot: `^runtime/(${RUNTIME.slice(0, index + 1).join('|')})/`,
  },
}));

/** Packages that the published code may use, and the folders that may use them. */
const PACKAGES = [
  { package: 'chevrotain', folders: '^grammar/' },
  { package: 'zod', folders: '^runtime/(contract|report)/' },
  { package: '(pkijs|asn1js)', folders: '^runtime/(signing|trust)/' },
  { package: '(fzstd|xxhash-wasm)', folders: '^runtime/codecs/' },
  { package: '@noble/post-quantum', folders: '^runtime/signing/' },
  { package: 'vscode-language(server|client)[-a-z]*', folders: '^apps/(lsp/|vscode/|cli/lsp\\.ts)' },
  { package: 'unplugin', folders: '^apps/unplugin/' },
];
const packageHomes = PACKAGES.map((home) => ({
  name: `package-${home.package.replace(/\W+/g, '-').replace(/^-|-$/g, '')}-at-home`,
  severity: 'error',
  from: { path: '^(index\\.ts|native-engine\\.ts|grammar|compiler|runtime|apps)', pathNot: home.folders },
  to: { path: `node_modules/${home.package}/` },
}));

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^vscode$' } },
    {
      name: 'core-without-node',
      severity: 'error',
      from: { path: '^(index\\.ts|native-engine\\.ts|grammar/|compiler/|runtime/)' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'grammar-imports-chevrotain-only',
      severity: 'error',
      from: { path: '^grammar/' },
      to: { pathNot: '^(grammar/|node_modules/(chevrotain|@chevrotain)/)' },
    },
    {
      name: 'compiler-imports-grammar-and-contract',
      severity: 'error',
      from: { path: '^compiler/' },
      to: { pathNot: '^(compiler/|grammar/|runtime/contract/)' },
    },
    {
      name: 'contract-imports-itself-and-zod',
      severity: 'error',
      from: { path: '^runtime/contract/' },
      to: { pathNot: '^(runtime/contract/|node_modules/zod/)' },
    },
    {
      name: 'runtime-never-imports-its-users',
      severity: 'error',
      from: { path: '^runtime/' },
      to: { path: '^(grammar/|compiler/|forge/|apps/|scripts/|test/|index\\.ts|native-engine\\.ts)' },
    },
    ...runtimeOrder,
    {
      name: 'forge-is-independent-of-the-readers',
      severity: 'error',
      comment: 'a shared misreading would cancel out',
      from: { path: '^forge/' },
      to: { path: '^(runtime/|compiler/|grammar/|apps/|index\\.ts|native-engine\\.ts)' },
    },
    {
      name: 'apps-use-the-doors',
      severity: 'error',
      from: { path: '^apps/' },
      to: {
        path: '^(grammar/|compiler/|runtime/|forge/|scripts/|test/)',
        pathNot: '^(runtime/index\\.ts|compiler/index\\.ts|forge/index\\.ts)$',
      },
    },
    {
      name: 'nobody-imports-apps',
      severity: 'error',
      from: { pathNot: '^(apps/|test/apps/|test/bench/|test/docs/|test/oracles/|scripts/)' },
      to: { path: '^apps/' },
    },
    {
      name: 'nobody-imports-tests-or-scripts',
      severity: 'error',
      from: { pathNot: '^(test|scripts)/' },
      to: { path: '^(test|scripts)/' },
    },
    {
      name: 'development-packages-stay-out',
      severity: 'error',
      comment: 'but those that are bundled into the command line, and unplugin, an optional peer',
      from: { path: '^(index\\.ts|native-engine\\.ts|grammar|compiler|runtime|apps)' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        pathNot:
          'node_modules/(picomatch|@types/picomatch|vscode-language(server|client)[-a-z]*|@types/vscode|unplugin)/',
      },
    },
    ...packageHomes,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.d.ts', '.json'],
    },
  },
};
