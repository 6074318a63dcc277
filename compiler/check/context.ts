import type { Policy } from '../syntax/ast.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { CompileOptions } from '../options.ts';
import type { Scope } from './scope.ts';

/** What every rule sees: the policy, its names, and where to put what it finds. */
export interface CheckContext {
  readonly policy: Policy;
  readonly options: CompileOptions;
  readonly scope: Scope;
  /** Names of signer sets that something uses; rules add to it. */
  readonly usedSigners: Set<string>;
  readonly report: (diagnostic: Diagnostic) => void;
}
