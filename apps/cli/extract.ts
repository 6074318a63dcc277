import { DEFAULT_LIMITS, factsOf, findLayer, layerPaths, nativeEngine, printable } from '../../index.ts';
import type { Arguments, CommandRun } from './command.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { type CommandIo, complain } from './io.ts';
import { unknownLayer } from './layer-path.ts';

/** `bootpol extract FILE LAYER-PATH -o OUT`: the bytes of one layer, decoded or as they are stored. */
export const extract: CommandRun = async (given, io) => {
  const [file = '', path = ''] = given.operands;
  const read = await io.read(file);
  if (!read.ok) return fail(io, EXIT.undecided, `cannot read \`${file}\`: ${read.text}`);
  const facts = factsOf(read.bytes, { limits: DEFAULT_LIMITS, engine: nativeEngine() });
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
