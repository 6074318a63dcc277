import { ASSERTION_CODES } from './codes/assertions.ts';
import { IMPORT_CODES } from './codes/imports.ts';
import { LINT_CODES } from './codes/lints.ts';
import { NAME_CODES } from './codes/names.ts';
import { SHAPE_CODES } from './codes/shape.ts';
import { TEST_CODES } from './codes/tests.ts';
import { VALUE_CODES } from './codes/values.ts';
import { VIEW_CODES } from './codes/views.ts';
import type { DiagnosticSpec } from './spec.ts';

const REGISTRY = {
  ...NAME_CODES,
  ...VALUE_CODES,
  ...SHAPE_CODES,
  ...VIEW_CODES,
  ...LINT_CODES,
  ...TEST_CODES,
  ...IMPORT_CODES,
  ...ASSERTION_CODES,
} as const;

/** Every fault of meaning, by its permanent code. Faults of syntax are declared in `grammar/syntax-error.ts`. */
export const DIAGNOSTICS: Readonly<Record<DiagnosticCode, DiagnosticSpec>> = REGISTRY;

export type DiagnosticCode = keyof typeof REGISTRY;

/** The names in braces of a code's title. */
export type Placeholder<C extends DiagnosticCode> = Names<(typeof REGISTRY)[C]['title']>;

type Names<T extends string> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;

/** Whether the text is a registered code. */
export function isDiagnosticCode(code: string): code is DiagnosticCode {
  return Object.hasOwn(REGISTRY, code);
}
