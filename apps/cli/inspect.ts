import {
  counted,
  DEFAULT_LIMITS,
  type InspectedFile,
  type InspectedLayer,
  inspect as inspectBytes,
  type InspectionPart,
  inspectionReport,
  nativeEngine,
  renderInspectionText,
  USUAL_PARTS,
} from '../../index.ts';
import { outPaint } from './colour.ts';
import type { Arguments, CommandRun } from './command.ts';
import { EXIT, type ExitCode, gravest } from './exit-code.ts';
import { type CommandIo, complain } from './io.ts';
import { unknownLayer } from './layer-path.ts';
import { nothingSkipped, skippedText, type Source, sourcesOf } from './sources.ts';

interface Outcome {
  readonly code: ExitCode;
  readonly inspected: InspectedFile;
}

/** `bootpol inspect FILE…`: the layers, signatures and coverage of each file. */
export const inspect: CommandRun = async (given, io) => {
  if (given.operands.filter((path) => path === '-').length > 1) {
    complain(io, 'standard input can be read once only');
    return EXIT.usage;
  }
  const json = given.values('format')[0] === 'json';
  const parts = partsOf(given);
  const skipped = nothingSkipped();
  const outcomes: Outcome[] = [];
  for (const operand of given.operands) {
    for await (const source of sourcesOf(operand, { initrds: 'wanted', skipped }, io)) {
      const outcome = await inspectOne(source, given, io);
      if (!json) show(outcome.inspected, parts, io);
      outcomes.push(outcome);
    }
  }
  const inspected = outcomes.map((outcome) => outcome.inspected);
  const regions = given.has('bytes') ? 'signers' : 'plain';
  if (json) io.out(`${JSON.stringify(inspectionReport(inspected, { regions, skipped }), null, 2)}\n`);
  else io.out(`${skippedText(skipped)}${summary(inspected)}`);
  return gravest(outcomes.map(({ code }) => code));
};

function partsOf(given: Arguments): readonly InspectionPart[] {
  const chosen = [given.has('tree') ? 'tree' : null, given.has('bytes') ? 'bytes' : null] as const;
  const parts = chosen.filter((part) => part !== null);
  if (parts.length > 0) return parts;
  // The bars know nothing of signatures around a layer: of a part of the file they would say too little.
  return given.has('layer') ? USUAL_PARTS.filter((part) => part !== 'coverage') : USUAL_PARTS;
}

async function inspectOne(source: Source, given: Arguments, io: CommandIo): Promise<Outcome> {
  const file = source.name;
  if (source.kind === 'fault') return failed(file, { code: EXIT.undecided, text: source.text }, io);
  const [path] = given.values('layer');
  try {
    const inspection = await inspectBytes(source.bytes, { limits: DEFAULT_LIMITS, engine: nativeEngine() });
    const shown = path === undefined ? null : layerAt(inspection.root, path);
    if (shown !== undefined) return { code: EXIT.fine, inspected: { file, inspection, shown } };
    const text = await unknownLayer(file, path ?? '', allPaths(inspection.root));
    return failed(file, { code: EXIT.usage, text }, io);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return failed(file, { code: EXIT.undecided, text: `internal error on \`${file}\`: ${why}` }, io);
  }
}

/** @returns undefined when there is none. */
function layerAt(layer: InspectedLayer, path: string): InspectedLayer | undefined {
  if (layer.path === path) return layer;
  const next = layer.children.find((child) => child.path === path || path.startsWith(`${child.path}/`));
  return next === undefined ? undefined : layerAt(next, path);
}

function allPaths(layer: InspectedLayer): readonly string[] {
  return [layer.path, ...layer.children.flatMap(allPaths)];
}

function failed(file: string, fault: { readonly code: ExitCode; readonly text: string }, io: CommandIo): Outcome {
  complain(io, fault.text);
  return { code: fault.code, inspected: { file, error: fault.text } };
}

function show(inspected: InspectedFile, parts: readonly InspectionPart[], io: CommandIo): void {
  if ('error' in inspected) return;
  const options = { paint: outPaint(io), parts, layer: inspected.shown ?? null };
  io.out(`${renderInspectionText(inspected.file, inspected.inspection, options)}\n`);
}

function summary(inspected: readonly InspectedFile[]): string {
  const failures = inspected.filter((one) => 'error' in one).length;
  const outcomes = [`${inspected.length - failures} inspected`, ...(failures === 0 ? [] : [`${failures} failed`])];
  return `${counted(inspected.length, 'file')}: ${outcomes.join(', ')}\n`;
}
