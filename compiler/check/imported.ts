import { type Diagnostic } from '../diagnostics/diagnostic.ts';
import { inImport } from '../diagnostics/in-import.ts';
import { certainDespite, certainWithoutImports } from '../diagnostics/recovery.ts';
import { syntaxDiagnostic } from '../diagnostics/syntax.ts';
import type { LoadedImport, LoadedImports } from '../load/imports.ts';
import { pathFrom } from '../load/path.ts';
import type { CompileOptions } from '../options.ts';
import { check, isError } from './check.ts';
import type { ImportedFile } from './scope.ts';
import { exportedSigners } from './signers.ts';

/** Imported files, checked, and everything that is wrong with them, as faults of the policy that imports them. */
export interface CheckedImports {
  /** Each behind those that it imports. */
  readonly files: readonly ImportedFile[];
  readonly faults: readonly Diagnostic[];
}

/** Checks every imported file, once, with what it imports itself. Warnings are those of whoever checks that file. */
export function checkImported(loaded: LoadedImports, options: CompileOptions): CheckedImports {
  const checked = new Map<LoadedImport, ImportedFile>();
  const faults: Diagnostic[] = [...loaded.faults];
  for (const file of loaded.files) {
    const { source, statedAt, policy, syntaxErrors } = file;
    const imports = file.imports.map((inner) => checked.get(inner)).filter((inner) => inner !== undefined);
    const result = check(policy, optionsFor(file, options), { role: 'imported', imports });
    checked.set(file, { source, statedAt, scope: result.scope, signers: exportedSigners(result.signers) });
    const certain = loaded.complete === 'yes' ? result.diagnostics : certainWithoutImports(result.diagnostics);
    const meaning = syntaxErrors.length === 0 ? certain : certainDespite(syntaxErrors, certain);
    const found = [...syntaxErrors.map(syntaxDiagnostic), ...meaning.filter(isError)];
    faults.push(...found.map((diagnostic) => inImport(diagnostic, { source, statedAt })));
  }
  return { files: [...checked.values()], faults };
}

/** Signer files of an imported policy lie beside that policy. */
function optionsFor({ path }: LoadedImport, options: CompileOptions): CompileOptions {
  return { ...options, loadSigners: (named) => options.loadSigners(pathFrom(path, named)) };
}
