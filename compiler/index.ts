/** The compiler's door: policy text to plan, diagnostics, and plan to closures. */
export { checkPolicy, type CheckedText } from './compile.ts';
export { policyGaps, type PolicyGap, type PolicyGaps } from './analyse/gap.ts';
export type { CostBound } from './check/cost.ts';
export type { CompileOptions, SignerFile } from './options.ts';
export type { GivenImage, PolicyTest, PolicyTests, TestExpectation } from './policy-test.ts';
export { GIVEN_PROPERTIES, type GivenPropertySpec, STRANGER } from './check/given-properties.ts';
export { type FormattedPolicy, formatPolicy } from './format/format.ts';
export { emitClosures } from './emit/closures.ts';
export type { Diagnostic, Fix, Label, Severity } from './diagnostics/diagnostic.ts';
export { didYouMean } from './diagnostics/did-you-mean.ts';
export { DIAGNOSTICS, type DiagnosticCode, isDiagnosticCode } from './diagnostics/registry.ts';
export type { DiagnosticSpec } from './diagnostics/spec.ts';
export { PLAIN_RENDERING, renderDiagnostic, renderDiagnostics, type RenderOptions } from './diagnostics/render.ts';
export { type DiagnosticStyle, type Paint, PLAIN_STYLE } from './diagnostics/style.ts';
export { placeOf, sourceOf, type Place, type Source, type Span } from '../grammar/source.ts';
export type * from '../runtime/contract/plan.ts';
export type { Anchor, AnchorFile } from '../runtime/contract/anchor.ts';
export { canonicalPlanText } from '../runtime/contract/plan-text.ts';
