import { sarifArtifacts, type SarifArtifacts } from './run-sarif-artifacts.ts';
import { findingsOf, type RunCase, type RunFinding, type RunFix, type RunReport, type RunText } from './run-report.ts';

/** Who made the report. */
export interface SarifTool {
  readonly version: string;
  /** Where the tool is described; null where no address is known. */
  readonly informationUri: string | null;
}

/**
 * A run as SARIF 2.1.0 (OASIS): images as artifacts with their digests, their layers as artifacts within them, findings
 * with byte regions of a layer or line regions of a policy, fixes, suppressions for what is waived, and the state against
 * a baseline.
 */
export function renderRunSarif(report: RunReport, tool: SarifTool): string {
  const artifacts = sarifArtifacts(report);
  const rules = rulesOf(report);
  const results = findingsOf(report).map(([each, finding]) => resultOf({ each, finding, artifacts, rules }));
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'bootpol', ...driverOf(tool), rules: [...rules.values()].map(({ value }) => value) } },
        automationDetails: { id: `bootpol/${report.command}/` },
        columnKind: 'unicodeCodePoints',
        artifacts: artifacts.list,
        results,
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function driverOf({ version, informationUri }: SarifTool): object {
  return { version, semanticVersion: version, ...(informationUri === null ? {} : { informationUri }) };
}

type Rules = ReadonlyMap<string, { readonly index: number; readonly value: object }>;

/** The rules that findings name, in the order in which they first do. */
function rulesOf(report: RunReport): Rules {
  const known = new Map(report.rules.map((rule) => [rule.rule, rule]));
  const named = [...new Set(findingsOf(report).map(([, { rule }]) => rule))];
  return new Map(
    named.map((id, index) => {
      const rule = known.get(id);
      const page = rule?.page ?? null;
      const value = {
        id,
        ...(rule === undefined ? {} : { shortDescription: { text: rule.title } }),
        ...(page === null ? {} : { help: { text: page, markdown: page } }),
      };
      return [id, { index, value }];
    }),
  );
}

interface Told {
  readonly each: RunCase;
  readonly finding: RunFinding;
  readonly artifacts: SarifArtifacts;
  readonly rules: Rules;
}

function resultOf(told: Told): object {
  const { each, finding, rules } = told;
  const { rule, level, message, asked, waiver, fix, fingerprint, state } = finding;
  return {
    ruleId: rule,
    ruleIndex: rules.get(rule)?.index ?? -1,
    level,
    message: { text: plainMessage(message) },
    locations: [locationOf(told)],
    ...(asked === null ? {} : { relatedLocations: [askedLocation(asked, told)] }),
    partialFingerprints: { 'bootpol/v1': fingerprint },
    ...(state === null ? {} : { baselineState: state === 'known' ? 'unchanged' : 'new' }),
    ...(waiver === null ? {} : { suppressions: [{ kind: 'external', status: 'accepted', justification: waiver }] }),
    ...(fix === null ? {} : { fixes: [fixOf(fix, told)] }),
    properties: {
      policy: each.suite,
      ...(each.group === null ? {} : { view: each.group }),
      outcome: each.word,
    },
  };
}

/**
 * SARIF 2.1.0, section 3.11.6: `[text](target)` in a message is a link, and a text out of an image must make none. A
 * space between the two is enough.
 */
function plainMessage(text: string): string {
  return text.replaceAll('](', '] (');
}

function locationOf({ each, finding, artifacts }: Told): object {
  const { place } = finding;
  switch (place?.kind) {
    case undefined:
      return { physicalLocation: { artifactLocation: artifacts.file(each.file) } };
    case 'text':
      return { physicalLocation: textLocation(place, artifacts) };
    case 'bytes': {
      const { layer, offsetBytes, lengthBytes } = place;
      return {
        physicalLocation: {
          artifactLocation: artifacts.layer(each.file, layer),
          region: { byteOffset: offsetBytes, byteLength: lengthBytes },
        },
        logicalLocations: [{ fullyQualifiedName: layer, kind: 'layer' }],
      };
    }
  }
}

function askedLocation(asked: RunText, { artifacts }: Told): object {
  return { physicalLocation: textLocation(asked, artifacts), message: { text: 'the policy asks for it here' } };
}

function textLocation(place: RunText, artifacts: SarifArtifacts): object {
  return { artifactLocation: artifacts.file(place.file), region: textRegion(place) };
}

function textRegion({ line, column, endLine, endColumn }: RunText): object {
  const start = { startLine: line, startColumn: column };
  return endLine === line && endColumn === column ? start : { ...start, endLine, endColumn };
}

function fixOf({ description, place, replacement }: RunFix, { artifacts }: Told): object {
  const { line, column, endLine, endColumn } = place;
  const deletedRegion = { startLine: line, startColumn: column, endLine, endColumn };
  return {
    description: { text: description },
    artifactChanges: [
      {
        artifactLocation: artifacts.file(place.file),
        replacements: [{ deletedRegion, insertedContent: { text: replacement } }],
      },
    ],
  };
}
