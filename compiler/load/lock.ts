import { parsePolicy } from '../../grammar/parser.ts';
import { placeOf, type Source } from '../../grammar/source.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { syntaxDiagnostic } from '../diagnostics/syntax.ts';
import { astOf } from '../syntax/ast-from-cst.ts';

/** An `import` whose digest is not that of the file. */
export interface StaleImport {
  /** As the policy writes it. */
  readonly path: string;
  readonly line: number;
  /** What it states, such as `sha256:…`; null where it states none. */
  readonly stated: string | null;
  readonly actual: string;
}

/** A policy text with the digests of its imports written anew. */
export interface LockedText {
  /** The same text when nothing is stale. */
  readonly text: string;
  readonly imports: number;
  readonly stale: readonly StaleImport[];
  /** Imports of which there is no file, with the reason. */
  readonly unreadable: readonly { readonly path: string; readonly fault: string }[];
  /** With a syntax error nothing is changed. */
  readonly faults: readonly Diagnostic[];
}

/** The paths that a policy text imports, as it writes them; those that can be read of a text with syntax errors. */
export function importPaths(source: Source): readonly string[] {
  return astOf(parsePolicy(source)).statements.flatMap((statement) =>
    statement.kind === 'import' ? [statement.path.value] : [],
  );
}

/** Writes the digest of every imported file behind its path; nothing else of the text changes. */
export function lockImports(
  source: Source,
  digestOf: (path: string) => { readonly sha256: string } | { readonly missing: string },
): LockedText {
  const parsed = parsePolicy(source);
  const faults = parsed.errors.map(syntaxDiagnostic);
  const statements = astOf(parsed).statements.filter((statement) => statement.kind === 'import');
  const unreadable: LockedText['unreadable'][number][] = [];
  const stale: StaleImport[] = [];
  let text = '';
  let written = 0;
  for (const { path, digest } of faults.length > 0 ? [] : statements) {
    const file = digestOf(path.value);
    if ('missing' in file) {
      unreadable.push({ path: path.value, fault: file.missing });
      continue;
    }
    const actual = `sha256:${file.sha256}`;
    const stated = digest === null ? null : `${digest.algorithm}:${digest.hex}`;
    if (stated === actual) continue;
    stale.push({ path: path.value, line: placeOf(source, path.span.start).line, stated, actual });
    text += source.text.slice(written, digest?.span.start ?? path.span.end) + (digest === null ? ' ' : '') + actual;
    written = digest?.span.end ?? path.span.end;
  }
  return { text: text + source.text.slice(written), imports: statements.length, stale, unreadable, faults };
}
