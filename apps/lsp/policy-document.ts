import { type AnchorFile, readAnchorFile } from '../../index.ts';
import {
  type GrammarPaths,
  isAbsolutePath,
  type NameOccurrence,
  pathFrom,
  type PolicyReading,
  readPolicyText,
  sourceOf,
} from '../../compiler/index.ts';

/** The bytes of a file that a policy names; `missing` says why they are not here. */
export type FileAnswer = Uint8Array | { readonly missing: string };

/** A file or a folder in a folder. */
export interface FolderEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder';
}

/** What became of a signer file. */
export type SignerFileAnswer = AnchorFile | { readonly missing: string };

/** One version of a policy that is open in an editor. */
export interface PolicyDocument {
  readonly uri: string;
  readonly version: number;
  readonly reading: PolicyReading;
  /** Reads a file, its path as the policy states it. */
  readonly readFile: (path: string) => FileAnswer;
  /** What is in a folder, its path relative to the policy and with `/` at its end; empty where that cannot be known. */
  readonly listFolder: (path: string) => readonly FolderEntry[];
  /** The policies that it imports, themselves or by way of others, as far as they can be read. */
  readonly imported: () => readonly ImportedReading[];
}

/** An imported policy. */
export interface ImportedReading {
  /** Relative to the policy that is open. */
  readonly path: string;
  readonly reading: PolicyReading;
}

/** What a document is made of. */
export type DocumentText = Pick<PolicyDocument, 'uri' | 'version' | 'readFile'> &
  Partial<Pick<PolicyDocument, 'listFolder'>> & { readonly text: string };

/** Reads one version of a document. */
export function policyDocument(given: DocumentText, paths: GrammarPaths): PolicyDocument {
  const { uri, version, text, readFile, listFolder = () => [] } = given;
  const reading = readPolicyText(sourceOf(nameOf(uri), text), paths);
  let imported: readonly ImportedReading[] | null = null;
  return {
    uri,
    version,
    reading,
    readFile,
    listFolder,
    imported: () => (imported ??= importsOf(reading, readFile, paths)),
  };
}

/** Reads a signer file that a policy names. */
export function signerFileOf({ readFile }: PolicyDocument, path: string): SignerFileAnswer {
  const read = readFile(path);
  return 'missing' in read ? read : readAnchorFile(read, path);
}

/** The name that stands at an offset, or ends there. */
export function nameAt({ names }: PolicyReading, offset: number): NameOccurrence | null {
  return names.find(({ word: { span } }) => span.start <= offset && offset <= span.end) ?? null;
}

/** More files than that are not read for one policy. */
const IMPORT_LIMIT = 64;

function importsOf(
  root: PolicyReading,
  readFile: PolicyDocument['readFile'],
  paths: GrammarPaths,
): readonly ImportedReading[] {
  const found = new Map<string, ImportedReading>();
  const open = [{ path: '', reading: root }];
  for (let from = open.shift(); from !== undefined && found.size < IMPORT_LIMIT; from = open.shift()) {
    for (const statement of from.reading.policy.statements) {
      if (statement.kind !== 'import' || isAbsolutePath(statement.path.value)) continue;
      const path = pathFrom(from.path, statement.path.value);
      // A file that leads back to the policy that is open is an error of its own.
      const bytes = found.has(path) || path === root.source.name ? null : readFile(path);
      if (bytes === null || 'missing' in bytes) continue;
      const reading = readPolicyText(sourceOf(path, new TextDecoder().decode(bytes)), paths);
      found.set(path, { path, reading });
      open.push({ path, reading });
    }
  }
  return [...found.values()];
}

/** The last part of a URI's path, as people know the file. */
function nameOf(uri: string): string {
  const last = uri.split('/').at(-1) ?? uri;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
