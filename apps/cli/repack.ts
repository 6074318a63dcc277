import {
  counted,
  DEFAULT_LIMITS,
  factsOf,
  inspect,
  type InspectedLayer,
  nativeEngine,
  printable,
  type RepackReport,
  wrapped,
} from '../../index.ts';
import type { Arguments, CommandRun } from './command.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { type CommandIo, complain } from './io.ts';
import { namedOut } from './named-out.ts';
import { dissect } from './repack-anatomy.ts';
import { type Built, buildRepacked } from './repack-build.ts';
import { readBack } from './repack-check.ts';
import { repackJson } from './repack-report.ts';
import { misfitOf, readOrder, type RepackOrder } from './repack-request.ts';
import { type RepackStep, renderSteps } from './repack-steps.ts';
import { sha256Hex } from './sha256.ts';
import { onlySource } from './sources.ts';
import { signingDesk } from './signing-desk.ts';

/** `bootpol repack FILE -o OUT`: takes a boot image apart, and packs and signs it anew. */
export const repack: CommandRun = async (given, io) => {
  const read = readOrder(given, io);
  if (!read.ok) return fail(io, EXIT.usage, read.text);
  const [file = ''] = given.operands;
  const source = await onlySource(file, io);
  if (source.kind === 'fault') return fail(io, EXIT.undecided, source.text);
  const reading = { limits: DEFAULT_LIMITS, engine: nativeEngine() };
  const { root } = await inspect(source.bytes, reading);
  const dissection = dissect(root);
  if (!dissection.ok) return fail(io, EXIT.undecided, `cannot re-pack \`${file}\`: ${dissection.text}`);
  const { order } = read;
  const { anatomy } = dissection;
  const misfit = misfitOf(anatomy, order.request);
  if (misfit !== null) return fail(io, EXIT.usage, `cannot re-pack \`${file}\`: ${misfit}`);
  const desk = signingDesk(order.desk, io);
  const facts = factsOf(source.bytes, reading);
  const built = attemptBuild(() => buildRepacked({ facts, anatomy, request: order.request, desk, io }));
  if (built.kind === 'fault') {
    const code = built.of === 'key' ? EXIT.usage : EXIT.undecided;
    return fail(io, code, `cannot re-pack \`${file}\`: ${built.text}`);
  }
  if (desk.leftOver() > 0) return fail(io, EXIT.usage, 'there are more signatures to `--attach` than are needed');
  const job: Job = { file, before: source.bytes, order, given, root };
  return built.kind === 'waiting' ? writeToBeSigned(built, job, io) : writeFile(built, job, io);
};

interface Job {
  readonly file: string;
  readonly before: Uint8Array;
  readonly order: RepackOrder;
  readonly given: Arguments;
  readonly root: Pick<InspectedLayer, 'kind' | 'arch' | 'sha256'>;
}

/** What a file of an odd layout makes the packing throw is a fault of that file. */
function attemptBuild(build: () => Built): Built {
  try {
    return build();
  } catch (error) {
    return { kind: 'fault', of: 'file', text: error instanceof Error ? error.message : String(error) };
  }
}

function writeToBeSigned(built: Extract<Built, { kind: 'waiting' }>, job: Job, io: CommandIo): ExitCode {
  const { output, desk } = job.order;
  const { subject } = built.key.signer;
  if (output.kind === 'file') {
    const text = `the key of ${printable(subject)} is not given: \`--prepare\` writes what it must sign, \`--attach\` takes the signature`;
    return fail(io, EXIT.usage, text);
  }
  const written = write(built.toBeSigned, job, io);
  if (written !== EXIT.fine) return written;
  const head = headOf(job, built.toBeSigned, 'to-be-signed');
  const rest = `sign them as ${printable(subject)}, such as by \`openssl dgst -${desk.digest} -sign KEY -out SIG\`, then give the same options with one more \`--attach SIG\``;
  const size = counted(built.toBeSigned.length, 'byte');
  const report = isJson(job)
    ? repackJson({ ...head, waitsFor: subject, steps: [], layers: [] })
    : wrapped(`${size} to be signed written to ${namedOut(output.path)}; ${rest}`, 0);
  tell(report, job, io);
  return EXIT.fine;
}

/** Beside the file that was made: where that goes to standard output, to standard error. */
function tell(report: string, { order }: Job, io: CommandIo): void {
  if (order.output.path === '-') io.err(report);
  else io.out(report);
}

async function writeFile(built: Extract<Built, { kind: 'done' }>, job: Job, io: CommandIo): Promise<ExitCode> {
  const { order, file, before } = job;
  if (order.output.kind === 'to-be-signed') {
    return fail(io, EXIT.usage, 'no signature is missing: give `-o` instead of `--prepare`');
  }
  const checked = await readBack(before, built.bytes);
  if (!checked.ok) return fail(io, EXIT.undecided, `cannot re-pack \`${file}\`: ${checked.text}`);
  const written = write(built.bytes, job, io);
  if (written !== EXIT.fine) return written;
  const head = headOf(job, built.bytes, 'image');
  const steps = [...built.steps, ...checked.steps];
  const report = isJson(job)
    ? repackJson({ ...head, waitsFor: null, steps, layers: checked.layers })
    : reportText(head, steps);
  tell(report, job, io);
  return EXIT.fine;
}

function isJson({ given }: Job): boolean {
  return given.values('format')[0] === 'json';
}

type Head = Pick<RepackReport, 'file' | 'before' | 'written'>;

function headOf({ file, before, root, order }: Job, made: Uint8Array, holds: Head['written']['holds']): Head {
  const { kind, arch, sha256 } = root;
  return {
    file,
    before: { kind, arch, sizeBytes: before.length, sha256 },
    written: { file: order.output.path, sizeBytes: made.length, sha256: sha256Hex(made), holds },
  };
}

function reportText({ file, before, written }: Head, steps: readonly RepackStep[]): string {
  const size = `${counted(written.sizeBytes, 'byte')}, sha256 ${written.sha256}`;
  const last: RepackStep = { verb: 'written', text: `${namedOut(written.file)}: ${size}` };
  const kind = before.arch === null ? before.kind : `${before.kind} for ${before.arch}`;
  const title = `${wrapped(printable(file), 0)}${wrapped(`${kind}, ${counted(before.sizeBytes, 'byte')}`, 2)}`;
  return `${title}${renderSteps([...steps, last])}`;
}

function write(bytes: Uint8Array, { order, given }: Job, io: CommandIo): ExitCode {
  const { path } = order.output;
  if (path === '-') {
    if (io.outIsTerminal) return fail(io, EXIT.usage, 'standard output is a terminal: name a file, or use a pipe');
    io.outBytes(bytes);
    return EXIT.fine;
  }
  const refused = io.write(path, bytes, given.has('force') ? 'replace' : 'new');
  return refused === null ? EXIT.fine : fail(io, EXIT.usage, `cannot write \`${path}\`: ${refused}`);
}

function fail(io: CommandIo, code: ExitCode, text: string): ExitCode {
  complain(io, text);
  return code;
}
