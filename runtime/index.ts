/**
 * `bootpol/runtime`: bytes → verdict, without the compiler.
 *
 * Works in browsers and under Node; a host's faster primitives come in as an `Engine`.
 */
export type { Engine, HashName, NativeDecoder } from './bytes/engine.ts';
export type { Finding } from './bytes/format-error.ts';
export { DEFAULT_LIMITS, type Limits } from './bytes/limits.ts';
export { nativeEngine } from './codecs/native-engine.ts';
export { portableEngine } from './codecs/portable-engine.ts';
export type { Anchor, AnchorFile } from './contract/anchor.ts';
export { type Judgement, PENDING, type Pending, type Reason } from './contract/judgement.ts';
export type { MachineFile } from './contract/machine-schema.ts';
export type { Plan } from './contract/plan.ts';
export { parsePlan } from './contract/plan-schema.ts';
export type { ConditionFunction, Proof, Subject } from './contract/subject.ts';
export type { Gap, LostSignature, RequirementVerdict, Verdict, ViewGaps, ViewVerdict } from './contract/verdict.ts';
export type { VerdictName } from './contract/vocabulary.ts';
export { type Examination, openCase, type Program } from './evaluate/evaluate.ts';
export { type OutcomeCoverage, outcomeCoverage, type UnshownOutcomes } from './evaluate/outcome-coverage.ts';
export { besideFactsOf, factsOf, type FileFacts, type ReadingOptions } from './facts/file-facts.ts';
export { BindingError, type Bindings } from './facts/signer-sets.ts';
export { type ArchiveMember, findLayer, type FoundLayer, layerPaths } from './find-layer.ts';
export { embeddedCertificates } from './embedded-certificates.ts';
export { footprintReport, type PlannedPolicy } from './report/footprint-json.ts';
export type { FootprintReport } from './report/footprint-schema.ts';
export { renderFootprintText } from './report/footprint-text.ts';
export { type ExaminedFile, gapFileReport } from './report/gap-json.ts';
export type { GapReport } from './report/gap-schema.ts';
export { renderFileGapsText, renderPolicyGapsText } from './report/gap-text.ts';
export { simulateImage, type SimulatedPolicy } from './simulate.ts';
export { simulationChanges } from './report/simulation-changes.ts';
export { simulationColumns, simulationPolicy } from './report/simulation-columns.ts';
export { matrixText } from './report/simulation-matrix-text.ts';
export { renderSimulationHtml } from './report/simulation-html.ts';
export { mergeSimulations, type NamedReport, parseSimulationReport } from './report/simulation-merge.ts';
export { renderSimulationMarkdown } from './report/simulation-markdown.ts';
export type { GroupBy, SimulatedFile, SimulationReport, SimulationTrust } from './report/simulation-schema.ts';
export {
  renderSimulationHead,
  renderSimulationSummary,
  renderSimulationText,
  type SimulationHead,
  simulationLine,
} from './report/simulation-text.ts';
export { decodePayload } from './decode-payload.ts';
export type { CodecCost, CostPayload, CostReport, DecodeTime } from './report/cost-schema.ts';
export { renderCostNotes, renderCostText } from './report/cost-text.ts';
export type { ForgeReport } from './report/forge-schema.ts';
export type { MadeLayer } from './report/made-file-schema.ts';
export type { RepackReport } from './report/repack-schema.ts';
export { inspect } from './inspect.ts';
export { type BootContent, HEAD_BYTES, recogniseContent } from './packages/boot-content.ts';
export { isPackage, packageItems, type PackageItem, type PackageOptions } from './packages/boot-files.ts';
export type { InspectedLayer, InspectedSignature, Inspection } from './report/inspection.ts';
export { type PcrAnswer, type PcrQuestion, predictPcr11 } from './pcr.ts';
export { wrapped } from './report/columns.ts';
export { bootsReport, type WalkedFile } from './report/boots-json.ts';
export type { BootsReport } from './report/boots-schema.ts';
export { renderBootsText } from './report/boots-text.ts';
export { type ComparedFile, comparisonReport } from './report/comparison-json.ts';
export type { ComparisonReport } from './report/comparison-schema.ts';
export { renderComparisonText } from './report/comparison-text.ts';
export { type InspectedFile, inspectionReport } from './report/inspection-json.ts';
export type { InspectionReport } from './report/inspection-schema.ts';
export { type InspectionPart, renderInspectionText, USUAL_PARTS } from './report/inspection-text.ts';
export { type Paint, paintLines, plainPaint, type Role } from './report/paint.ts';
export {
  allPassed,
  coveragePercent,
  type PolicyTestFailure,
  type PolicyTestReport,
  type PolicyTestResult,
} from './report/policy-test.ts';
export type { CheckReport, CheckReportDiagnostic } from './report/check-schema.ts';
export { policyTestJson } from './report/policy-test-json.ts';
export { renderPolicyTestSummary, renderPolicyTestText } from './report/policy-test-text.ts';
export { printable, widthOf } from './report/printable.ts';
export { tableLines } from './report/table.ts';
export { type PredictedFile, pcrReport } from './report/pcr-json.ts';
export type { PcrPrediction, PredictedImage, PredictedValue } from './report/pcr-prediction.ts';
export type { PcrReport } from './report/pcr-schema.ts';
export { renderPcrText } from './report/pcr-text.ts';
export type { Detail } from './report/proof-lines.ts';
export { baselineOf, comparedWith, parseBaseline, type RunBaseline } from './report/run-baseline.ts';
export { renderRunGithub } from './report/run-github.ts';
export { renderRunGitlab } from './report/run-gitlab.ts';
export { renderRunJunit } from './report/run-junit.ts';
export { renderRunMarkdown } from './report/run-markdown.ts';
export { runOfSimulation } from './report/run-of-simulation.ts';
export { runOfTests, type UntestedPolicy } from './report/run-of-tests.ts';
export { runOfVerdicts } from './report/run-of-verdicts.ts';
export {
  findingsOf,
  fingerprinted,
  type RunCase,
  type RunFinding,
  type RunFix,
  type RunReport,
  type RunRule,
  type RunText,
} from './report/run-report.ts';
export { renderRunSarif } from './report/run-sarif.ts';
export { counted, renderRunSummary } from './report/run-summary.ts';
export { type JudgedFile, verdictReport } from './report/verdict-json.ts';
export type { SkippedReport } from './report/skipped-schema.ts';
export type { VerdictReport } from './report/verdict-schema.ts';
export { renderVerdictText, type VerdictTextOptions } from './report/verdict-text.ts';
export { DEFAULT_PHASES, PCR_BANKS, type PcrBank } from './signing/pcr-value.ts';
export { type AnchorFacts, anchorFacts } from './trust/anchor-facts.ts';
export { lastDayOfAnchor } from './trust/anchor-certificate.ts';
export { readAnchorFile } from './trust/anchor-file.ts';
export {
  askEnforcer,
  compareEnforcers,
  type ComparedTrust,
  type DecisiveRule,
  type EnforcerVerdict,
} from './trust/compare.ts';
export type { BootStage, StageVerdict } from './trust/boot-stage.ts';
export { type BootWalk, walkMachine } from './trust/boots.ts';
export type { BootProgram, Machine } from './trust/machine.ts';
export { readMachineFile } from './trust/machine-file.ts';
export { readSbatLevel } from './trust/sbat-level-file.ts';
export { readShimVendor } from './trust/shim-vendor.ts';
export type { EnforcerMachine } from './trust/enforcer.ts';
export { NEWEST_SBAT_LEVEL, type SbatLevel } from './trust/sbat-level.ts';
export { tbsAnchor } from './trust/tbs-anchor.ts';
export { type JudgeOptions, verifierOf, type Verifier, type VerifyOptions } from './verify.ts';
