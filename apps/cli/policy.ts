import { dirname, isAbsolute, join } from 'node:path';
import { compile, type Compiled, type Diagnostic, type Paint, renderDiagnostics } from '../../index.ts';
import type { DiagnosticStyle } from '../../compiler/index.ts';
import type { CommandIo } from './io.ts';

/** A policy file, compiled; or why it could not even be read. */
export type PolicyFile =
  | { readonly ok: false; readonly text: string }
  | {
      readonly ok: true;
      readonly compiled: Compiled;
      /** One line for each signer file or imported policy that could not be read. */
      readonly unreadable: readonly string[];
    };

/** Reads and compiles a policy; signer files and imported policies are looked for beside it. */
export async function readPolicy(path: string, io: CommandIo, at = io.now): Promise<PolicyFile> {
  const read = await readText(path, io);
  return read.ok ? compilePolicy({ path, content: read.content, at }, io) : read;
}

/** The text of a policy file, and the moment to check it for. */
export interface PolicyText {
  readonly path: string;
  readonly content: string;
  readonly at: Date;
  /** What reports call it; its path when left out. */
  readonly name?: string;
}

/** Compiles a policy whose text is at hand; signer files are looked for beside it. */
export function compilePolicy(policy: PolicyText, io: CommandIo): PolicyFile & { readonly ok: true } {
  const { path, content, at, name = path } = policy;
  const unreadable: string[] = [];
  const compiled = compile(content, {
    fileName: path === '-' ? 'standard input' : name,
    readFile: (named, use) => {
      const place = isAbsolute(named) || path === '-' ? named : join(dirname(path), named);
      const file = io.readNow(place);
      if (file.ok) return file.bytes;
      const what = use === 'signers' ? 'signer file' : 'imported policy';
      unreadable.push(`cannot read ${what} \`${place}\`, which policy \`${path}\` names: ${file.text}`);
      return { missing: file.text };
    },
    at: at.toISOString().slice(0, 10),
  });
  return { ok: true, compiled, unreadable };
}

/** The text of a policy file, or why there is none. */
export async function readText(
  path: string,
  io: CommandIo,
): Promise<{ readonly ok: true; readonly content: string } | { readonly ok: false; readonly text: string }> {
  const read = await io.read(path);
  if (!read.ok) return { ok: false, text: `cannot read policy \`${path}\`: ${read.text}` };
  const content = policyTextOf(read.bytes);
  return content === null ? { ok: false, text: `policy \`${path}\` is not text in UTF-8` } : { ok: true, content };
}

/** The diagnostics of a policy as people read them, with frames of its source. */
export function diagnosticText(compiled: Compiled, paint: Paint): string {
  return renderDiagnostics(compiled.diagnostics, compiled.source, { widthColumns: 80, style: diagnosticStyle(paint) });
}

/** Looks of diagnostics on a terminal. */
export function diagnosticStyle(paint: Paint): DiagnosticStyle {
  const styled = (role: Parameters<Paint>[0]) => (text: string) => paint(role, text);
  return {
    error: styled('bad'),
    warning: styled('doubt'),
    title: styled('strong'),
    frame: styled('faint'),
    primary: styled('bad'),
    secondary: styled('faint'),
    help: styled('good'),
  };
}

/** Diagnostics of one severity. */
export function countOf(diagnostics: readonly Diagnostic[], severity: Diagnostic['severity']): number {
  return diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
}

/** The text of a policy file; null when it is not UTF-8. */
export function policyTextOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
