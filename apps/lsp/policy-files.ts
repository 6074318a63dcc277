import type { NameKind, PolicyReading } from '../../compiler/index.ts';
import type { PolicyDocument } from './policy-document.ts';

/** A policy as a file that an editor can open: the one that is open, or one that it imports. */
export interface PolicyFile {
  readonly uri: string;
  /** Relative to the policy that is open; null for that itself. */
  readonly path: string | null;
  readonly reading: PolicyReading;
}

/** The policy that is open, then the files that it imports, itself or by way of others. */
export function policyFiles({ uri, reading, imported }: PolicyDocument): readonly PolicyFile[] {
  const others = imported().flatMap((file): readonly PolicyFile[] => {
    const target = fileUri(uri, file.path);
    return target === null ? [] : [{ uri: target, path: file.path, reading: file.reading }];
  });
  return [{ uri, path: null, reading }, ...others];
}

/** The files in which a name of this kind means the same; views, and what they are called, stay in their own file. */
export function filesThatShare(kind: NameKind, document: PolicyDocument): readonly PolicyFile[] {
  const files = policyFiles(document);
  return SHARED.includes(kind) ? files : files.slice(0, 1);
}

const SHARED: readonly NameKind[] = ['signers', 'requirement'];

/** The URI of a file that a policy names relative to itself; null where there is none. */
export function fileUri(policyUri: string, path: string): string | null {
  const escaped = path.split('/').map(encodeURIComponent).join('/');
  try {
    return new URL(escaped, policyUri).href;
  } catch {
    return null;
  }
}
