import { createHash } from 'node:crypto';
import type { PolicyText } from '../compiler/index.ts';

/** Reads the files that the examples of diagnostics import. */
export function exampleImport(path: string): PolicyText {
  const text = TEXTS[path];
  if (text === undefined) return { missing: 'no such file' };
  return { text, sha256: createHash('sha256').update(text).digest('hex') };
}

const TEXTS: Readonly<Record<string, string>> = {
  'base.bootpol': `language 1
policy base
artifact image {
  require small: size <= 64 MiB
}
`,
  'sealed.bootpol': `language 1
policy sealed
artifact uki {
  require envelope: size <= 1 GiB
  linux: one of { image }
  initrd absent
}
`,
};
