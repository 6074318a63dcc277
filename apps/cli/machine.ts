import { dirname, isAbsolute, join } from 'node:path';
import {
  type Anchor,
  type Engine,
  type Machine,
  type MachineFile,
  NEWEST_SBAT_LEVEL,
  type BootProgram,
  readMachineFile,
  readSbatLevel,
  readShimVendor,
  type SbatLevel,
} from '../../index.ts';
import type { CommandIo } from './io.ts';
import { readTrustSpecs } from './trust-spec.ts';

/** A machine, or the one line that says what is wrong with its file or with a file that it names. */
export type ReadMachine =
  | { readonly ok: true; readonly machine: Machine }
  | { readonly ok: false; readonly text: string };

export interface MachineSource {
  /** The machine file. */
  readonly path: string;
  /** `--sbat-level`, which comes before the level of the machine; null when not given. */
  readonly sbatLevel: string | null;
  readonly io: CommandIo;
  readonly engine: Engine;
}

/** Reads a machine file and every file that it names, from where the machine file is. */
export async function readMachine(source: MachineSource): Promise<ReadMachine> {
  try {
    return { ok: true, machine: await machineOf(source) };
  } catch (error) {
    if (error instanceof MachineError) return { ok: false, text: error.message };
    throw error;
  }
}

/** What stops the reading, as the line that says so. */
class MachineError extends Error {}

async function machineOf(source: MachineSource): Promise<Machine> {
  const read = readMachineFile(await bytesOf(source.path, source));
  if (!read.ok) throw new MachineError(`\`${source.path}\`: ${read.text}`);
  const { arch, firmware, shim, loader, kernel } = read.machine;
  const list = (name: string, specs: readonly string[]): Promise<readonly Anchor[]> => anchorsOf(source, name, specs);
  return {
    arch,
    firmware: {
      secureBoot: firmware.secureBoot,
      db: await list('firmware.db', firmware.db),
      dbx: await list('firmware.dbx', firmware.dbx),
      dbt: await list('firmware.dbt', firmware.dbt),
    },
    shim: shim === undefined ? null : await shimOf(shim, source),
    loader: loader === undefined ? null : await programOf(loader, source),
    kernel:
      kernel === undefined
        ? null
        : {
            ...kernel,
            builtin: await list('kernel.builtin', kernel.builtin),
            secondary: await list('kernel.secondary', kernel.secondary),
          },
  };
}

async function shimOf(shim: NonNullable<MachineFile['shim']>, source: MachineSource): Promise<Machine['shim']> {
  const { mokIgnoreDb, mokListTrusted, validation, vendor, vendorDbx } = shim;
  const program = shim.file === undefined ? null : await programOf(shim.file, source);
  const built = program === null || (vendor && vendorDbx) ? NOTHING_BUILT_IN : builtIn(program);
  const list = (name: string, specs: readonly string[]): Promise<readonly Anchor[]> =>
    anchorsOf(source, `shim.${name}`, specs);
  return {
    program,
    vendor: vendor === undefined ? built.vendor : await list('vendor', vendor),
    vendorDbx: vendorDbx === undefined ? built.vendorDbx : await list('vendorDbx', vendorDbx),
    mokList: await list('mokList', shim.mokList),
    mokListX: await list('mokListX', shim.mokListX),
    mokIgnoreDb,
    mokListTrusted,
    validation,
    sbatLevel: await levelOf(shim.sbatLevel, source),
  };
}

interface BuiltIn {
  readonly vendor: readonly Anchor[];
  readonly vendorDbx: readonly Anchor[];
}

const NOTHING_BUILT_IN: BuiltIn = { vendor: [], vendorDbx: [] };

function builtIn({ name, bytes }: BootProgram): BuiltIn {
  const read = readShimVendor(bytes);
  if (read.ok) return read;
  throw new MachineError(`\`${name}\`: ${read.text} (at byte ${read.offsetBytes}); state \`vendor\` and \`vendorDbx\``);
}

async function levelOf(named: string | undefined, source: MachineSource): Promise<SbatLevel> {
  const path = source.sbatLevel ?? (named === undefined ? null : besides(source.path, named));
  if (path === null) return NEWEST_SBAT_LEVEL;
  const read = readSbatLevel(await bytesOf(path, source));
  if (read.ok) return read.level;
  throw new MachineError(`\`${path}\`: ${read.text} (at byte ${read.offsetBytes})`);
}

async function anchorsOf(
  { path, io, engine }: MachineSource,
  name: string,
  specs: readonly string[],
): Promise<readonly Anchor[]> {
  const placed = specs.map((spec) => specBesides(path, spec));
  const read = await readTrustSpecs(placed, `${path}: ${name}`, { io, engine });
  if (!read.ok) throw new MachineError(read.text);
  return read.anchors;
}

async function programOf(name: string, source: MachineSource): Promise<BootProgram> {
  const path = besides(source.path, name);
  return { name: path, bytes: await bytesOf(path, source) };
}

async function bytesOf(path: string, { io }: MachineSource): Promise<Uint8Array> {
  const read = await io.read(path);
  if (!read.ok) throw new MachineError(`cannot read \`${path}\`: ${read.text}`);
  return read.bytes;
}

function specBesides(machine: string, spec: string): string {
  if (/^sha(256|384|512):/.test(spec)) return spec;
  const [prefix = ''] = /^x509sha(256|384|512):/.exec(spec) ?? [];
  return `${prefix}${besides(machine, spec.slice(prefix.length))}`;
}

function besides(machine: string, path: string): string {
  return isAbsolute(path) ? path : join(dirname(machine), path);
}
