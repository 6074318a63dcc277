import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

// The house's sizes, measured over everything that is not a test: the median file has at most 120 lines, and 95 of 100
// functions at most 30.
const FOLDERS = ['grammar', 'compiler', 'runtime', 'forge', 'apps', 'scripts'];
const MEDIAN_FILE_LINES = 120;
const P95_FUNCTION_LINES = 30;

const files = FOLDERS.flatMap(sourcesUnder).map((path) => ({ path, text: readFileSync(path, 'utf8') }));
const fileLines = files.map(({ text }) => text.split('\n').length - 1);
const functions = files.flatMap(({ path, text }) => functionsOf(path, text));
const medianFile = quantile(fileLines, 0.5);
const p95Function = quantile(
  functions.map(({ lines }) => lines),
  0.95,
);
console.log(`${files.length} files, median ${medianFile} lines (at most ${MEDIAN_FILE_LINES})`);
console.log(`${functions.length} functions, 95th percentile ${p95Function} lines (at most ${P95_FUNCTION_LINES})`);
if (medianFile > MEDIAN_FILE_LINES || p95Function > P95_FUNCTION_LINES) {
  const longest = [...functions].sort((a, b) => b.lines - a.lines).slice(0, 20);
  for (const { name, lines } of longest) console.log(`  ${String(lines).padStart(4)} lines: ${name}`);
  process.exitCode = 1;
}

function sourcesUnder(folder: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries.filter(({ name }) => name.endsWith('.ts')).map((entry) => join(entry.parentPath, entry.name));
}

function functionsOf(path: string, text: string): readonly { readonly name: string; readonly lines: number }[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const found: { name: string; lines: number }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) || ts.isArrowFunction(node)) {
      const first = source.getLineAndCharacterOfPosition(node.getStart(source)).line;
      const last = source.getLineAndCharacterOfPosition(node.end).line;
      found.push({ name: `${path}:${first + 1}`, lines: last - first + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The number that so large a share of the numbers does not exceed. */
function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
