import { checkPolicy, type CheckedText, emitClosures, type Plan } from './compiler/index.ts';
import { nativeEngine } from './native-engine.ts';
import { type Engine, readAnchorFile, verifierOf, type Verifier } from './runtime/index.ts';
import { policyHash } from './policy-hash.ts';

/** How a policy is compiled. The compiler itself reads no file. */
export interface CompileOptions {
  /** Name of the policy file, for diagnostics and reports; paths of signer files are handed to `readFile` as written. */
  readonly fileName?: string;
  /**
   * Bytes of a signer file; null when there is none, or why it cannot be read. Without it, a policy that names files
   * does not compile.
   */
  readonly readFile?: (path: string) => Uint8Array | { readonly missing: string } | null;
  /** The day to check for, `YYYY-MM-DD`: waivers that ended before it are warned of. Left out: no such warning. */
  readonly at?: string;
  /** Hash and decompression primitives; the host's own by default. */
  readonly engine?: Engine;
}

/** What compiling gives: a verifier, or the reasons why there is none. Warnings come with either. */
export type Compiled = Pick<CheckedText, 'source' | 'diagnostics' | 'cost' | 'tests'> &
  ({ readonly verifier: Verifier; readonly plan: Plan } | { readonly verifier: null; readonly plan: null });

/** Compiles a policy: source → tokens → AST → checked policy → plan → verifier. */
export function compile(source: string, options: CompileOptions = {}): Compiled {
  const readFile = options.readFile ?? (() => null);
  const { plan, ...checked } = checkPolicy(source, {
    fileName: options.fileName ?? 'policy.bootpol',
    loadSigners: (path) => {
      const read = readFile(path) ?? { missing: 'no such file' };
      return 'missing' in read ? read : readAnchorFile(read, path);
    },
    ...(options.at === undefined ? {} : { at: options.at }),
    sha256: policyHash,
  });
  if (plan === null) return { ...checked, verifier: null, plan };
  const program = { plan, conditions: emitClosures(plan) };
  return { ...checked, verifier: verifierOf(program, options.engine ?? nativeEngine()), plan };
}

export { nativeEngine } from './native-engine.ts';
export { renderDiagnostics, type Diagnostic, type Plan } from './compiler/index.ts';
export * from './runtime/index.ts';
