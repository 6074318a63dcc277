import type { AnchorFile } from '../../index.ts';
import {
  type GrammarPaths,
  type NameOccurrence,
  type PolicyReading,
  readPolicyText,
  sourceOf,
} from '../../compiler/index.ts';

/** What became of a file that a policy names; `missing` says why its bytes are not here. */
export type SignerFileAnswer = AnchorFile | { readonly missing: string };

/** One version of a policy that is open in an editor. */
export interface PolicyDocument {
  readonly uri: string;
  readonly version: number;
  readonly reading: PolicyReading;
  /** Reads a signer file, its path as the policy states it. */
  readonly signerFile: (path: string) => SignerFileAnswer;
}

/** What a document is made of. */
export interface DocumentText {
  readonly uri: string;
  readonly version: number;
  readonly text: string;
  readonly signerFile: (path: string) => SignerFileAnswer;
}

/** Reads one version of a document. */
export function policyDocument({ uri, version, text, signerFile }: DocumentText, paths: GrammarPaths): PolicyDocument {
  return { uri, version, signerFile, reading: readPolicyText(sourceOf(nameOf(uri), text), paths) };
}

/** The name that stands at an offset, or ends there. */
export function nameAt({ names }: PolicyReading, offset: number): NameOccurrence | null {
  return names.find(({ word: { span } }) => span.start <= offset && offset <= span.end) ?? null;
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
