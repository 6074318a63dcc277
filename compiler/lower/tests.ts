import type { Source } from '../../grammar/source.ts';
import { isLayerKind } from '../../runtime/contract/layer-kinds.ts';
import { VERDICTS } from '../../runtime/contract/vocabulary.ts';
import type { CheckedPolicy } from '../check/check.ts';
import type { GivenHandover, GivenImage, PolicyTest, PolicyTests, TestExpectation } from '../policy-test.ts';
import type { Expectation, GivenFile, GivenLayer, TestStatement } from '../syntax/ast.ts';
import { type PlaceFinder, placeFinder } from './place.ts';

/** The tests of a checked policy without errors. They are no part of its meaning, and so not of its plan. */
export function lowerTests(checked: CheckedPolicy, source: Source): PolicyTests {
  const at = placeFinder(source);
  return {
    tests: checked.policy.statements
      .filter((statement) => statement.kind === 'test')
      .map((statement) => lowerTest(statement, at)),
    sources: sourcesOf(checked),
  };
}

/** Each set's file and parameter sets; a set stands behind its members in the table of resolved sets. */
function sourcesOf({ signers }: CheckedPolicy): Readonly<Record<string, readonly string[]>> {
  const sources: Record<string, readonly string[]> = {};
  for (const [name, { members }] of signers.sets) {
    sources[name] = members === null ? [name] : [...new Set(members.flatMap((member) => sources[member] ?? []))];
  }
  return sources;
}

function lowerTest({ title, given, expectations, span }: TestStatement, at: PlaceFinder): PolicyTest {
  return {
    title: title.value,
    given: given.map(lowerFile).filter((file) => file !== null),
    expectations: expectations.map((expectation) => lowerExpectation(expectation, at)),
    place: at(span.start),
  };
}

function lowerExpectation({ verdict, view, because, span }: Expectation, at: PlaceFinder): TestExpectation {
  return {
    verdict: VERDICTS.find((name) => name === verdict.text) ?? 'undecided',
    view: view?.text ?? null,
    because: because.map(({ text }) => text),
    place: at(span.start),
  };
}

function lowerFile({ image, beside }: GivenFile): GivenHandover | null {
  const file = lowerGiven(image);
  return file && { image: file, beside: beside && lowerGiven(beside) };
}

function lowerGiven(given: GivenLayer): GivenImage | null {
  const kind = given.layer.text;
  if (!isLayerKind(kind)) return null;
  const layers = [...(given.nested === null ? [] : [given.nested]), ...given.children];
  const sections = given.properties.filter(({ name, value }) => isLayerKind(name.text) && value !== null);
  return {
    ...blank(kind),
    section: given.section?.value ?? null,
    signedBy: given.signedBy.map(({ text }) => text),
    properties: Object.fromEntries(
      given.properties
        .filter((property) => !sections.includes(property))
        .map(({ name, value }) => [name.text, value === null ? null : 'text' in value ? value.text : value.value]),
    ),
    children: [...sections.map(lowerSection), ...layers.map(lowerGiven)].filter((child) => child !== null),
  };
}

/** `cmdline "quiet"` and `osrel absent`. */
function lowerSection({ name, value }: GivenLayer['properties'][number]): GivenImage | null {
  if (!isLayerKind(name.text) || value === null) return null;
  if ('text' in value) return { ...blank(name.text), absent: true };
  return { ...blank(name.text), text: String(value.value) };
}

function blank(kind: GivenImage['kind']): GivenImage {
  return { kind, section: null, text: null, absent: false, signedBy: [], properties: {}, children: [] };
}
