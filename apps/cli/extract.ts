import { DEFAULT_LIMITS, factsOf, findLayer, layerPaths, nativeEngine, printable } from '../../index.ts';
import type { Arguments, CommandRun } from './command.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { type CommandIo, complain } from './io.ts';
import { unknownLayer } from './layer-path.ts';
import { nothingSkipped, type Source, sourcesOf } from './sources.ts';

/** `bootpol extract FILE LAYER-PATH -o OUT`: the bytes of one layer, decoded or as they are stored. */
export const extract: CommandRun = async (given, io) => {
  const [file = '', path = ''] = given.operands;
  const source = await onlySource(file, io);
  if (source.kind === 'fault') return fail(io, EXIT.undecided, source.text);
  const facts = factsOf(source.bytes, { limits: DEFAULT_LIMITS, engine: nativeEngine() });
  const found = findLayer(facts, path, given.has('raw') ? 'stored' : 'decoded');
  switch (found.kind) {
    case 'unknown':
      return fail(io, EXIT.usage, await unknownLayer(file, path, layerPaths(facts)));
    case 'unreadable': {
      const { layer, offsetBytes, text } = found.finding;
      const place = `${printable(layer)} @ 0x${offsetBytes.toString(16).padStart(7, '0')}`;
      return fail(io, EXIT.undecided, `\`${path}\` of \`${file}\` cannot be read: ${printable(text)} (${place})`);
    }
    case 'layer':
      if (found.flaw !== null) complain(io, `note: ${printable(found.flaw.text)} (${printable(found.flaw.layer)})`);
      return write(found.bytes, given, io);
  }
};

/** A directory or package must hold one boot file, and be read to its end, where the checksums are. */
async function onlySource(operand: string, io: CommandIo): Promise<Source> {
  const found: Source[] = [];
  for await (const source of sourcesOf(operand, { initrds: 'wanted', skipped: nothingSkipped() }, io)) {
    if (source.kind === 'fault') return source;
    // Names alone of the others: their bytes may be many.
    found.push(found.length === 0 ? source : { ...source, bytes: new Uint8Array(0) });
  }
  const [first, second] = found;
  if (first !== undefined && second === undefined) return first;
  const names = found.slice(0, LISTED_NAMES).map(({ name }) => `  ${printable(name)}\n`);
  const text = `\`${operand}\` holds ${found.length} boot files; name one of them:\n${names.join('')}`.trimEnd();
  return { kind: 'fault', name: operand, text };
}

const LISTED_NAMES = 40;

function write(bytes: Uint8Array, given: Arguments, io: CommandIo): ExitCode {
  const [out = ''] = given.values('output');
  if (out === '-') {
    if (io.outIsTerminal) return fail(io, EXIT.usage, 'standard output is a terminal: give `-o` a file, or use a pipe');
    io.outBytes(bytes);
    return EXIT.fine;
  }
  const refused = io.write(out, bytes, given.has('force') ? 'replace' : 'new');
  if (refused !== null) return fail(io, EXIT.usage, `cannot write \`${out}\`: ${refused}`);
  io.err(`${bytes.length} bytes written to ${printable(out)}\n`);
  return EXIT.fine;
}

function fail(io: CommandIo, code: ExitCode, text: string): ExitCode {
  complain(io, text);
  return code;
}
