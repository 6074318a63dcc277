import type { Policy } from '../syntax/ast.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { CompileOptions } from '../options.ts';
import type { Scope } from './scope.ts';
import type { SignerTable } from './signer-table.ts';

/** The policy, its names, and where to put what is found. */
export interface NamingContext {
  readonly policy: Policy;
  readonly options: CompileOptions;
  readonly scope: Scope;
  /** Whether it is judged as a policy of its own or as what another one imports. */
  readonly role: 'whole' | 'imported';
  /** Names of signer sets that something uses; rules add to it. */
  readonly usedSigners: Set<string>;
  readonly report: (diagnostic: Diagnostic) => void;
}

/** What every rule sees: that, and who the signers are. */
export interface CheckContext extends NamingContext {
  readonly signers: SignerTable;
}
