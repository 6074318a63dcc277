import {
  type ArchiveMember,
  counted,
  DEFAULT_LIMITS,
  factsOf,
  findLayer,
  type FoundLayer,
  layerPaths,
  nativeEngine,
  printable,
  wrapped,
} from '../../index.ts';
import type { Arguments, CommandRun } from './command.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { type CommandIo, complain } from './io.ts';
import { unknownLayer } from './layer-path.ts';
import { onlySource } from './sources.ts';

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
      return write(found, given, io);
  }
};

const LISTED_NAMES = 40;

function write(found: FoundLayer & { readonly kind: 'layer' }, given: Arguments, io: CommandIo): ExitCode {
  const [out = ''] = given.values('output');
  const { bytes, members } = found;
  if (out === '-') {
    if (io.outIsTerminal) return fail(io, EXIT.usage, 'standard output is a terminal: give `-o` a file, or use a pipe');
    io.outBytes(bytes);
    return EXIT.fine;
  }
  if (members !== null && !given.has('raw') && io.namesDirectory(out)) return writeMembers(members(), out, io);
  const refused = io.write(out, bytes, given.has('force') ? 'replace' : 'new');
  if (refused !== null) return fail(io, EXIT.usage, `cannot write \`${out}\`: ${refused}`);
  io.err(wrapped(`${counted(bytes.length, 'byte')} written to ${printable(out)}`, 0));
  return EXIT.fine;
}

function writeMembers(members: Iterable<ArchiveMember>, out: string, io: CommandIo): ExitCode {
  const unpacked = io.unpack(out, members);
  if (!unpacked.ok) return fail(io, EXIT.usage, `cannot unpack into \`${out}\`: ${unpacked.text}`);
  const { files, directories, special, refused } = unpacked;
  for (const text of refused.slice(0, LISTED_NAMES)) complain(io, `not written: ${printable(text)}`);
  const left = refused.length - LISTED_NAMES;
  if (left > 0) complain(io, `not written: ${counted(left, 'more member')}`);
  const made = `${counted(files, 'file')} and ${counted(directories, 'directory', 'directories')}`;
  const passed =
    special === 0 ? '' : `; ${counted(special, 'link, device or the like', 'links, devices or the like')} not made`;
  io.err(wrapped(`${made} written to ${printable(out)}${passed}`, 0));
  return refused.length === 0 ? EXIT.fine : EXIT.undecided;
}

function fail(io: CommandIo, code: ExitCode, text: string): ExitCode {
  complain(io, text);
  return code;
}
