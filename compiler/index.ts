/** The compiler's door: policy text to plan, diagnostics, and plan to closures. */
export { checkPolicy, type CheckedText, type ImportedText } from './compile.ts';
export { type NameKind, type NameOccurrence, namesOf } from './analyse/names.ts';
export { type PolicyReading, readPolicyText, type TextToken } from './analyse/reading.ts';
export { type RegisterRow, registerOf } from './analyse/register.ts';
export { policyGaps, type PolicyGap, type PolicyGaps } from './analyse/gap.ts';
export { ASSERTION_FORMS, type AssertionForm, type NamedThing } from './check/assertion-forms.ts';
export type { CostBound } from './check/cost.ts';
export { importPaths, type LockedText, lockImports, type StaleImport } from './load/lock.ts';
export { isAbsolutePath, pathFrom } from './load/path.ts';
export type { CompileOptions, PolicyText, SignerFile } from './options.ts';
export { checkImage, type CheckedImage } from './given-image.ts';
export type { GivenImage, PolicyTest, PolicyTests, TestExpectation } from './policy-test.ts';
export { GIVEN_PROPERTIES, GIVEN_TEXTS, type GivenPropertySpec, STRANGER } from './check/given-properties.ts';
export { type FormattedPolicy, formatPolicy } from './format/format.ts';
export type { AllowedDiagnostic } from './lint/allow.ts';
export { allowanceFor } from './lint/write-allowance.ts';
export { BLANK_STARTER } from './starter/blank.ts';
export type { ObservedImage, ObservedLayer, ObservedSignature } from './starter/observed.ts';
export { type Starter, type StarterOptions, starterPolicy } from './starter/starter.ts';
export { emitModule, type EmittedModule, EMITTED_MARK } from './emit/es-module.ts';
export { emitClosures } from './emit/closures.ts';
export type { Diagnostic, Fix, Label, Severity } from './diagnostics/diagnostic.ts';
export { applyFixes, type FixedText } from './diagnostics/apply-fixes.ts';
export { didYouMean } from './diagnostics/did-you-mean.ts';
export { RETIRED_CODES, type RetiredCode } from './diagnostics/codes/retired.ts';
export { type CodePage, codePages } from './diagnostics/pages.ts';
export { DIAGNOSTICS, type DiagnosticCode, isDiagnosticCode } from './diagnostics/registry.ts';
export type { DiagnosticSpec } from './diagnostics/spec.ts';
export { PLAIN_RENDERING, renderDiagnostic, renderDiagnostics, type RenderOptions } from './diagnostics/render.ts';
export { type DiagnosticStyle, type Paint, PLAIN_STYLE } from './diagnostics/style.ts';
export { policyPaths } from '../grammar/parser.ts';
export type { Cursor } from '../grammar/cursor.ts';
export type { Expected, GrammarPaths } from '../grammar/grammar-paths.ts';
export type * as ast from './syntax/ast.ts';
export { isLayerKind, LAYER_KIND_NAMES, LAYER_KINDS, type LayerKind } from '../runtime/contract/layer-kinds.ts';
export { isPropertyName, PROPERTIES, PROPERTY_NAMES, type PropertySpec } from '../runtime/contract/properties.ts';
export { wordsOfProperty } from './check/rules/property-words.ts';
export { TAKEN_ALGORITHMS } from './lower/footprint.ts';
export {
  CODECS,
  OTHERWISE,
  POLICY_DIGESTS,
  PROFILES,
  type ProfileName,
  SCHEMES,
  VERDICTS,
} from '../runtime/contract/vocabulary.ts';
export { placeOf, sourceOf, type Place, type Source, type Span } from '../grammar/source.ts';
export type * from '../runtime/contract/plan.ts';
export type { Anchor, AnchorFile } from '../runtime/contract/anchor.ts';
export { canonicalPlanText } from '../runtime/contract/plan-text.ts';
