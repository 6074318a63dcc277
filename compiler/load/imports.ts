import { parsePolicy } from '../../grammar/parser.ts';
import { type Source, sourceOf, type Span } from '../../grammar/source.ts';
import type { SyntaxError } from '../../grammar/syntax-error.ts';
import { type Diagnostic, diagnose, type Particulars } from '../diagnostics/diagnostic.ts';
import type { DiagnosticCode } from '../diagnostics/registry.ts';
import { inImport } from '../diagnostics/in-import.ts';
import type { CompileOptions } from '../options.ts';
import { astOf } from '../syntax/ast-from-cst.ts';
import type { DigestLiteral, ImportStatement, Policy } from '../syntax/ast.ts';
import { isAbsolutePath, pathFrom } from './path.ts';

/** A file that a policy imports, itself or by way of another import, read and parsed. */
export interface LoadedImport {
  /** Relative to the policy that is compiled. */
  readonly path: string;
  /** Of the bytes of the file, lower-case hex. */
  readonly sha256: string;
  readonly source: Source;
  readonly policy: Policy;
  readonly syntaxErrors: readonly SyntaxError[];
  /** The files that it imports in turn, and theirs; each once, and behind those that it imports. */
  readonly imports: readonly LoadedImport[];
  /** Where the compiled policy states the import that led here first. */
  readonly statedAt: Span;
}

/** Everything that a policy imports, and what is wrong with the `import` statements. */
export interface LoadedImports {
  /** Each file once, behind those that it imports. */
  readonly files: readonly LoadedImport[];
  readonly faults: readonly Diagnostic[];
  /** Whether every import of every file was read: where not, names that are not known may be those of a file that is missing. */
  readonly complete: 'yes' | 'no';
}

/** Most levels of imports; those of the policy itself are level 1. */
const DEPTH_LIMIT = 16;
/** Most files that one policy can import, by whatever way. */
const FILE_LIMIT = 64;

/**
 * Reads the files that a policy imports, as far as their digests are those that are stated.
 *
 * Of a file with another digest nothing is parsed and nothing is shown. The same digest twice is one file.
 */
export function loadImports(policy: Policy, options: CompileOptions): LoadedImports {
  const work: Loading = { options, files: new Map(), faults: [], lost: [] };
  const files = loadAll(policy, { path: '', source: null, above: [], statedAt: null }, work);
  return { files, faults: work.faults, complete: work.lost.length === 0 ? 'yes' : 'no' };
}

interface Loading {
  readonly options: CompileOptions;
  /** By digest. */
  readonly files: Map<string, LoadedImport>;
  readonly faults: Diagnostic[];
  /** Imports that led to no file. */
  readonly lost: ImportStatement[];
}

/** A file whose imports are followed; path, source and place are empty for the policy itself. */
interface Importer {
  readonly path: string;
  readonly source: Source | null;
  /** Paths of the files whose imports led here. */
  readonly above: readonly string[];
  readonly statedAt: Span | null;
}

function loadAll(policy: Policy, importer: Importer, work: Loading): readonly LoadedImport[] {
  const files = new Set<LoadedImport>();
  for (const statement of policy.statements) {
    if (statement.kind !== 'import') continue;
    const loaded = loadOne(statement, importer, work);
    for (const file of loaded === null ? [] : [...loaded.imports, loaded]) files.add(file);
  }
  return [...files];
}

function loadOne(statement: ImportStatement, importer: Importer, work: Loading): LoadedImport | null {
  const path = pathFrom(importer.path, statement.path.value);
  const file = verifiedText(statement, path, { importer, work });
  if (file === null) {
    work.lost.push(statement);
    return null;
  }
  const known = work.files.get(file.sha256);
  if (known !== undefined) return known;
  const source = sourceOf(pathFrom(work.options.fileName, path), file.text);
  const parsed = parsePolicy(source);
  const policy = astOf(parsed);
  const statedAt = importer.statedAt ?? statement.path.span;
  const imports = loadAll(policy, { path, source, above: [...importer.above, path], statedAt }, work);
  const { errors: syntaxErrors } = parsed;
  const loaded: LoadedImport = { path, sha256: file.sha256, source, policy, syntaxErrors, imports, statedAt };
  work.files.set(file.sha256, loaded);
  return loaded;
}

interface Place {
  readonly importer: Importer;
  readonly work: Loading;
}

/** The text of an imported file that has the stated digest; null when something is reported instead. */
function verifiedText(statement: ImportStatement, path: string, { importer, work }: Place) {
  const { path: written, digest } = statement;
  const values = { path: written.value };
  const report = reporter(importer, work);
  if (isAbsolutePath(written.value)) return report('BP0704', { values, at: written.span });
  if (importer.above.includes(path) || path === ownName(work.options)) {
    return report('BP0705', { values, at: written.span });
  }
  if (importer.above.length >= DEPTH_LIMIT || work.files.size >= FILE_LIMIT) {
    const limit = importer.above.length >= DEPTH_LIMIT ? `${DEPTH_LIMIT} levels` : `${FILE_LIMIT} files`;
    return report('BP0706', { values: { limit }, at: written.span });
  }
  const read = work.options.loadPolicy?.(path) ?? { missing: 'no files can be read here' };
  if ('missing' in read) return report('BP0701', { values: { ...values, fault: read.missing }, at: written.span });
  if (digest === null) {
    const end = { start: written.span.end, end: written.span.end };
    const fix = { span: end, replacement: ` sha256:${read.sha256}`, certainty: 'likely' } as const;
    const help = `review the file, then add \`sha256:${read.sha256}\`, or run \`bootpol lock\``;
    return report('BP0702', { values, at: written.span, help, fix: importer.source === null ? fix : null });
  }
  if (!isSha256(digest)) return null;
  if (digest.hex === read.sha256) return read;
  const stale = otherDigest(values, digest, read.sha256);
  const fix = { span: digest.span, replacement: `sha256:${read.sha256}`, certainty: 'likely' } as const;
  return report('BP0703', { ...stale, fix: importer.source === null ? fix : null });
}

/** A malformed digest is reported with the other values of the text. */
function isSha256({ algorithm, hex }: DigestLiteral): boolean {
  return algorithm === 'sha256' && /^[0-9a-f]{64}$/.test(hex);
}

/** A policy read from standard input or memory has no name that an import could lead back to. */
function ownName({ fileName }: CompileOptions): string {
  return fileName.slice(fileName.lastIndexOf('/') + 1);
}

function otherDigest(values: { readonly path: string }, digest: DigestLiteral, actual: string) {
  return {
    values,
    at: digest.span,
    notes: [`stated is  sha256:${digest.hex}`, `the file is sha256:${actual}`],
    help: 'review what changed in the file, then run `bootpol lock`',
  };
}

/** Reports a fault of an `import`, at its own place, or for one in an imported file where that is imported. */
function reporter({ source, statedAt }: Importer, { faults }: Loading) {
  return <C extends DiagnosticCode>(code: C, particulars: Particulars<C>): null => {
    const diagnostic = diagnose(code, particulars);
    faults.push(source === null || statedAt === null ? diagnostic : inImport(diagnostic, { source, statedAt }));
    return null;
  };
}
