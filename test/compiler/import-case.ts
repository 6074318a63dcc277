import { createHash } from 'node:crypto';
import { checkPolicy, type CompileOptions } from '../../compiler/index.ts';
import { OPTIONS } from './fixtures.ts';

/** Texts of policies by path. */
export type PolicyFiles = Readonly<Record<string, string>>;

/** `import "PATH" sha256:…` with the digest of the text there. */
export function importOf(path: string, files: PolicyFiles): string {
  return `import "${path}" sha256:${sha256Of(files[path] ?? '')}`;
}

/** SHA-256 of a text in UTF-8, lower-case hex. */
export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Options that read imports from memory. */
export function optionsWith(files: PolicyFiles): CompileOptions {
  return {
    ...OPTIONS,
    loadPolicy: (path) => {
      const text = files[path];
      return text === undefined ? { missing: 'no such file' } : { text, sha256: sha256Of(text) };
    },
  };
}

/** Checks a policy that imports files from memory. */
export function checkWith(text: string, files: PolicyFiles) {
  return checkPolicy(text, optionsWith(files));
}
