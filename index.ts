import { checkPolicy, type Diagnostic, emitClosures, type Plan } from './compiler/index.ts';
import { nativeEngine } from './native-engine.ts';
import { type Engine, readAnchorFile, verifierOf, type Verifier } from './runtime/index.ts';
import { policyHash } from './policy-hash.ts';

/** How a policy is compiled. The compiler itself reads no file. */
export interface CompileOptions {
  /** Name of the policy file, for diagnostics and reports; paths of signer files are handed to `readFile` as written. */
  readonly fileName?: string;
  /** Bytes of a signer file, or null when there is none. Without it, a policy that names files does not compile. */
  readonly readFile?: (path: string) => Uint8Array | null;
  /** Hash and decompression primitives; the host's own by default. */
  readonly engine?: Engine;
}

/** What compiling gives: a verifier, or the reasons why there is none. Warnings come with either. */
export type Compiled =
  | {
      readonly verifier: Verifier;
      readonly plan: Plan;
      readonly diagnostics: readonly Diagnostic[];
    }
  | { readonly verifier: null; readonly plan: null; readonly diagnostics: readonly Diagnostic[] };

/** Compiles a policy: source → tokens → AST → checked policy → plan → verifier. */
export function compile(source: string, options: CompileOptions = {}): Compiled {
  const readFile = options.readFile ?? (() => null);
  const { plan, diagnostics } = checkPolicy(source, {
    fileName: options.fileName ?? 'policy.bootpol',
    loadSigners: (path) => {
      const bytes = readFile(path);
      return bytes === null ? { missing: path } : readAnchorFile(bytes, path);
    },
    sha256: policyHash,
  });
  if (plan === null) return { verifier: null, plan, diagnostics };
  const program = { plan, conditions: emitClosures(plan) };
  return { verifier: verifierOf(program, options.engine ?? nativeEngine()), plan, diagnostics };
}

export { nativeEngine } from './native-engine.ts';
export { renderDiagnostics, type Diagnostic, type Plan } from './compiler/index.ts';
export * from './runtime/index.ts';
