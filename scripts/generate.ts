import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cookbookPage } from './generate-cookbook.ts';
import { commandPages } from './generate-commands.ts';
import { diagnosticGoldens, diagnosticPages } from './generate-diagnostics.ts';
import { enforcerPage } from './generate-enforcers.ts';
import { grammarPages } from './generate-grammar.ts';
import { kexecPage } from './generate-kexec.ts';
import { languageReference } from './generate-language.ts';
import { manualPages } from './generate-man.ts';
import { oraclesPage } from './generate-oracles.ts';
import { reportSchemas } from './generate-schemas.ts';
import { textmateGoldens } from './textmate.ts';
import { vscodeGrammar } from './generate-vscode.ts';

// Writes every generated file; with `--check`, only says which of them are stale. Folders that hold generated files
// alone are compared both ways: a file that no generator makes any more is stale too.
const OWNED_FOLDERS = ['docs/diagnostics', 'docs/schemas', 'man', 'test/golden/diagnostics', 'test/golden/textmate'];

const files: Readonly<Record<string, string>> = {
  ...grammarPages(),
  ...diagnosticPages(),
  ...diagnosticGoldens(),
  ...languageReference(),
  ...commandPages(),
  ...cookbookPage(),
  ...enforcerPage(),
  ...oraclesPage(),
  ...reportSchemas(),
  ...vscodeGrammar(),
  ...(await textmateGoldens(Object.values(vscodeGrammar())[0] ?? '')),
  ...manualPages(),
  ...(await kexecPage()),
};
const changed = Object.entries(files).filter(
  ([path, content]) => !existsSync(path) || readFileSync(path, 'utf8') !== content,
);
const orphans = OWNED_FOLDERS.flatMap(filesUnder).filter((path) => !(path in files));

if (process.argv.includes('--check')) {
  for (const [path] of changed) console.log(`stale: ${path}`);
  for (const path of orphans) console.log(`no longer generated: ${path}`);
  if (changed.length + orphans.length > 0) {
    console.log('run `npm run generate`');
    process.exitCode = 1;
  }
} else {
  for (const [path, content] of changed) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  for (const path of orphans) rmSync(path);
  console.log(`generated: ${Object.keys(files).length} files, ${changed.length} changed, ${orphans.length} removed`);
}

function filesUnder(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
