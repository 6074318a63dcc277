import {
  checkPolicy,
  type CheckedText,
  emitClosures,
  type Plan,
  type PolicyReading,
  type PolicyText,
} from './compiler/index.ts';
import { nativeEngine } from './native-engine.ts';
import { type Engine, lastDayOfAnchor, readAnchorFile, verifierOf, type Verifier } from './runtime/index.ts';
import { policyHash } from './policy-hash.ts';
import { hexOf } from './runtime/bytes/hex.ts';
import { sha256 } from './runtime/codecs/sha256.ts';
import { decodeUtf8 } from './runtime/formats/utf8.ts';

/** How a policy is compiled. The compiler itself reads no file. */
export interface CompileOptions {
  /** Name of the policy file, for diagnostics and reports; paths in it are handed to `readFile` as written. */
  readonly fileName?: string;
  /**
   * Bytes of a signer file or an imported policy, whose own paths are joined to its folder first; null when there is none, or why it cannot be read. Without it, a
   * policy that names files does not compile.
   */
  readonly readFile?: (path: string, use: 'signers' | 'policy') => Uint8Array | { readonly missing: string } | null;
  /** The day to check for, `YYYY-MM-DD`: what has ended or begun by then is warned of. Left out: no such warning. */
  readonly at?: string;
  /** The same text under the same name, as `readPolicyText` of `bootpol/compiler` read it; it is not read a second time. */
  readonly reading?: PolicyReading;
  /** Hash and decompression primitives; the host's own by default. */
  readonly engine?: Engine;
}

/** What compiling gives: a verifier, or the reasons why there is none. Warnings come with either. */
export type Compiled = Pick<CheckedText, 'source' | 'imports' | 'allowed' | 'diagnostics' | 'cost' | 'tests'> &
  ({ readonly verifier: Verifier; readonly plan: Plan } | { readonly verifier: null; readonly plan: null });

/** Compiles a policy: source → tokens → AST → checked policy → plan → verifier. */
export function compile(source: string, options: CompileOptions = {}): Compiled {
  const readFile = options.readFile ?? (() => null);
  const { plan, ...checked } = checkPolicy(source, {
    fileName: options.fileName ?? 'policy.bootpol',
    loadSigners: (path) => {
      const read = readFile(path, 'signers') ?? { missing: 'no such file' };
      return 'missing' in read ? read : readAnchorFile(read, path);
    },
    loadPolicy: (path) => {
      const read = readFile(path, 'policy') ?? { missing: 'no such file' };
      return 'missing' in read ? read : policyText(read);
    },
    ...(options.at === undefined ? {} : { at: options.at }),
    ...(options.reading === undefined ? {} : { reading: options.reading }),
    lastDayOf: lastDayOfAnchor,
    sha256: policyHash,
  });
  if (plan === null) return { ...checked, verifier: null, plan };
  const program = { plan, conditions: emitClosures(plan) };
  return { ...checked, verifier: verifierOf(program, options.engine ?? nativeEngine()), plan };
}

/** The digest of a file as `import` states it: SHA-256, lower-case hex. */
export function fileDigest(bytes: Uint8Array): string {
  return hexOf(sha256(bytes));
}

/** Bytes beyond the largest text that a policy can be are not worth decoding. */
const POLICY_BYTES_LIMIT = 4 * 2 ** 20;

function policyText(bytes: Uint8Array): PolicyText {
  if (bytes.length > POLICY_BYTES_LIMIT) return { missing: 'it is larger than any policy can be' };
  const decoded = decodeUtf8(bytes);
  if (!decoded.ok) return { missing: 'it is not text in UTF-8' };
  return { text: decoded.text, sha256: fileDigest(bytes) };
}

export { nativeEngine } from './native-engine.ts';
export { placeOf, renderDiagnostics, type Diagnostic, type Plan } from './compiler/index.ts';
export * from './runtime/index.ts';
