import {
  type CostPayload,
  type CostReport,
  DEFAULT_LIMITS,
  factsOf,
  type FileFacts,
  findLayer,
  type InspectedLayer,
  inspect,
  nativeEngine,
  printable,
  renderCostNotes,
  renderCostText,
} from '../../index.ts';
import { outPaint } from './colour.ts';
import type { CommandRun } from './command.ts';
import { type MeasuringOptions, measureCodec, measureStart } from './cost-measure.ts';
import { ZBOOT_CODECS } from './encoders.ts';
import { EXIT, gravest } from './exit-code.ts';
import { complain } from './io.ts';
import { nothingSkipped, skippedText, type Source, sourcesOf } from './sources.ts';

/** `bootpol cost FILE…`: what each compression of the same kernel and initrd would take, in bytes and in time. */
export const cost: CommandRun = async (given, io) => {
  const runs = Number(given.values('runs')[0] ?? '5');
  if (!Number.isInteger(runs) || runs < 1 || runs > 1000) {
    complain(io, '`--runs` wants a whole number from 1 to 1000');
    return EXIT.usage;
  }
  const named = given.values('codec');
  const codecs = ZBOOT_CODECS.filter((codec) => named.length === 0 || named.includes(codec));
  const json = given.values('format')[0] === 'json';
  const skipped = nothingSkipped();
  const files: CostReport['files'] = [];
  const measuring = { runs, io };
  const toolStartMilliseconds = measureStart(measuring);
  for (const operand of given.operands) {
    for await (const source of sourcesOf(operand, { initrds: 'wanted', skipped }, io)) {
      const file = { file: source.name, error: await faultOf(source), payloads: noPayloads() };
      files.push(file);
      if (file.error !== null) complain(io, file.error);
      if (source.kind === 'fault' || file.error !== null) continue;
      for (const payload of await payloadsOf(source.bytes)) {
        const costs = payload.measure(codecs, measuring);
        file.payloads.push(costs);
        const table = { file: source.name, payload: costs, toolStartMilliseconds };
        if (!json) io.out(renderCostText(table, outPaint(io)));
      }
    }
  }
  if (json) io.out(`${JSON.stringify({ version: 1, runs, toolStartMilliseconds, files }, null, 2)}\n`);
  else {
    const isMeasured = files.some(({ payloads }) => payloads.length > 0);
    io.out(`${isMeasured ? renderCostNotes(runs, toolStartMilliseconds, outPaint(io)) : ''}${skippedText(skipped)}`);
  }
  return gravest(files.map(({ error }) => (error === null ? EXIT.fine : EXIT.undecided)));
};

function noPayloads(): CostPayload[] {
  return [];
}

async function faultOf(source: Source): Promise<string | null> {
  if (source.kind === 'fault') return source.text;
  const { root } = await inspect(source.bytes, READING);
  if (found(root).length > 0) return null;
  const fault = faultIn(root);
  if (fault === null) return `\`${printable(source.name)}\` holds no kernel and no initrd that is packed`;
  const place = `${printable(fault.layer)} @ 0x${fault.offsetBytes.toString(16).padStart(7, '0')}`;
  return `\`${printable(source.name)}\` cannot be read: ${printable(fault.text)} (${place})`;
}

const READING = { limits: DEFAULT_LIMITS, engine: nativeEngine() };

function faultIn(layer: InspectedLayer): InspectedLayer['fault'] {
  return layer.fault ?? layer.children.map(faultIn).find((fault) => fault !== null) ?? null;
}

/** What is compressed in a file: a kernel as it is decoded, an initrd with all its archives decoded. */
function found(layer: InspectedLayer): readonly InspectedLayer[] {
  const isKernel = layer.kind === 'image' || layer.kind === 'vmlinux';
  const isInitrd = layer.kind === 'initrd' && layer.children.length > 0;
  if ((isKernel || isInitrd) && layer.fault === null && layer.sizeBytes > 0) return [layer];
  return layer.children.flatMap(found);
}

interface Payload {
  readonly measure: (codecs: readonly (typeof ZBOOT_CODECS)[number][], options: MeasuringOptions) => CostPayload;
}

async function payloadsOf(bytes: Uint8Array): Promise<readonly Payload[]> {
  const { root } = await inspect(bytes, READING);
  const facts = factsOf(bytes, READING);
  return found(root).map((layer) => ({
    measure: (codecs, options) => {
      const contents = contentsOf(layer, facts);
      const code = layer.kind === 'initrd' ? null : layer.arch;
      return {
        layer: layer.path,
        sizeBytes: contents.length,
        packed: packedAs(layer),
        codecs: codecs.map((codec) => measureCodec(codec, { contents, code }, options)),
      };
    },
  }));
}

function contentsOf(layer: InspectedLayer, facts: FileFacts): Uint8Array {
  const parts = layer.kind === 'initrd' ? layer.children : [layer];
  const pieces = parts.map(({ path }) => {
    const piece = findLayer(facts, path, 'decoded');
    return piece.kind === 'layer' ? piece.bytes : new Uint8Array(0);
  });
  return Uint8Array.from(Buffer.concat(pieces));
}

function packedAs({ kind, codec, compression, packedSizeBytes }: InspectedLayer): CostPayload['packed'] {
  const how = kind === 'initrd' ? compression : codec;
  return how === null || how === 'none' ? null : { codec: how, sizeBytes: packedSizeBytes };
}
