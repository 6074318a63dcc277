import { type CompletionItem, CompletionItemKind } from 'vscode-languageserver';
import { isAbsolutePath } from '../../compiler/index.ts';
import { rangeOf } from './place.ts';
import type { FolderEntry, PolicyDocument } from './policy-document.ts';

/**
 * The files and folders that can go on a path at an offset, of a signer file or an import; null where no path is being written.
 * The part of the path around the offset is replaced. A folder comes without its `/`: typing that asks for what is in it.
 */
export function pathsAt(document: PolicyDocument, offset: number): readonly CompletionItem[] | null {
  const { source } = document.reading;
  const written = pathBefore(source.text, offset);
  if (written === null) return null;
  const { path, fits } = written;
  if (fits === isPolicy && isAbsolutePath(path)) return [];
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const begun = path.slice(folder.length);
  const { end, closes } = segmentEnd(source.text, offset);
  const range = rangeOf(source, { start: offset - escaped(begun).length, end });
  const listed = document.listFolder(folder === '' ? './' : folder);
  const entries = listed.filter((entry) => isOffered(entry, { begun, fits, document, folder }));
  const above = listed.length === 0 ? [] : parentOf(folder);
  return [...above, ...entries].map(({ name, kind }) => ({
    label: kind === 'folder' ? `${name}/` : name,
    kind: kind === 'folder' ? CompletionItemKind.Folder : CompletionItemKind.File,
    sortText: `${kind === 'folder' ? '1' : '0'}${name}`,
    filterText: escaped(name),
    textEdit: { range, newText: `${escaped(name)}${kind === 'file' ? closes : ''}` },
  }));
}

type Fits = (name: string) => boolean;

const isPolicy: Fits = (name) => name.toLowerCase().endsWith('.bootpol');
const isSignerFile: Fits = (name) => /\.(?:pem|der|crt|cer|x509|pub|esl|auth)$/i.test(name);

/** The statements that name files, up to a place in the path. A statement before it on the line does not matter. */
const IMPORT = /(?:^|\s)import[ \t]+"((?:[^"\\]|\\.)*)$/;
const SIGNERS = /(?:^|[\s=])file[ \t]+"((?:[^"\\]|\\.)*)$/;

function pathBefore(text: string, offset: number): { readonly path: string; readonly fits: Fits } | null {
  const start = Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
  const line = text.slice(Math.max(start, offset - LONGEST_LINE), offset);
  if (/^\s*#/.test(line)) return null;
  const imported = IMPORT.exec(line)?.[1];
  const path = imported ?? SIGNERS.exec(line)?.[1];
  return path === undefined ? null : { path: unescaped(path), fits: imported === undefined ? isSignerFile : isPolicy };
}

/** No line that people write is longer. */
const LONGEST_LINE = 4_096;

/** Where the part of the path around an offset ends, and what closes the path where nothing does. */
function segmentEnd(text: string, offset: number): { readonly end: number; readonly closes: string } {
  const [rest = ''] = /^[^"/\\\r\n]*/.exec(text.slice(offset, offset + LONGEST_LINE)) ?? [];
  const next = text[offset + rest.length];
  if (next === '"' || next === '/') return { end: offset + rest.length, closes: '' };
  return { end: offset, closes: '"' };
}

interface Place {
  readonly begun: string;
  readonly fits: Fits;
  readonly document: PolicyDocument;
  readonly folder: string;
}

function isOffered({ name, kind }: FolderEntry, { begun, fits, document, folder }: Place): boolean {
  // What no text can hold, and what is hidden unless it is asked for.
  if (/[\u0000-\u001f\u007f]/.test(name) || (name.startsWith('.') && !begun.startsWith('.'))) return false;
  return kind === 'folder' || (fits(name) && !(folder === '' && name === document.reading.source.name));
}

/** Paths may lead out of the folder of the policy. */
function parentOf(folder: string): readonly FolderEntry[] {
  return /^(?:\.\.?\/)*$/.test(folder) ? [{ name: '..', kind: 'folder' }] : [];
}

function escaped(name: string): string {
  return name.replace(/["\\]/g, '\\$&');
}

function unescaped(written: string): string {
  return written.replace(/\\(.)/g, '$1');
}
