import {
  counted,
  DEFAULT_LIMITS,
  HEAD_BYTES,
  isPackage,
  nativeEngine,
  packageItems,
  type Plan,
  printable,
  recogniseContent,
  type SkippedReport,
  wrapped,
} from '../../index.ts';
import { patternMatches, type PatternMatch } from './glob.ts';
import type { CommandIo } from './io.ts';

/** One boot file that an operand stands for, or why there is none. */
export type Source =
  | { readonly kind: 'file'; readonly name: string; readonly bytes: Uint8Array; readonly package?: string }
  | Fault;

interface Fault {
  readonly kind: 'fault';
  readonly name: string;
  readonly text: string;
}

/** One piece of a run, not read yet: a boot file of a directory, an operand that is none, or what is in the way. */
export type SourceItem =
  | { readonly kind: 'path'; readonly path: string; readonly sizeBytes: number }
  | { readonly kind: 'operand'; readonly operand: string }
  | Fault;

/** What was passed over on the way, in directories and packages. */
type Skipped = { -readonly [K in keyof SkippedReport]: SkippedReport[K] };

/** How operands are resolved. */
export interface SourceOptions {
  /** Whether initrds count among the boot files of a directory or a package. */
  readonly initrds: 'wanted' | 'skipped';
  /** Counts up as files are passed over. */
  readonly skipped: Skipped;
}

/** Whether a policy judges initrds as files of their own: one that no view loads would only be refused for being there. */
export function initrdsOf({ artifacts, views }: Plan): SourceOptions['initrds'] {
  const isDeclared = artifacts.some(({ kind }) => kind === 'initrd');
  const isLoaded = views.some(({ loads }) => loads === null || loads.includes('initrd'));
  return isDeclared && isLoaded ? 'wanted' : 'skipped';
}

/** Nothing passed over yet. */
export function nothingSkipped(): Skipped {
  return { files: 0, initrds: 0, links: 0, packages: 0 };
}

/** Counts what one part of a run passed over into the whole. */
export function addSkipped(whole: Skipped, part: SkippedReport): void {
  whole.files += part.files;
  whole.initrds += part.initrds;
  whole.links += part.links;
  whole.packages += part.packages;
}

/** A line for what was passed over; nothing when nothing was. */
export function skippedText({ files, initrds, links, packages }: SkippedReport): string {
  const counts = [
    files === 0 ? null : counted(files, 'other file'),
    initrds === 0 ? null : counted(initrds, 'initrd'),
    links === 0 ? null : counted(links, 'symbolic link'),
    packages === 0 ? null : counted(packages, 'package'),
  ].filter((count) => count !== null);
  return counts.length === 0 ? '' : wrapped(`passed over: ${counts.join(', ')}`, 0);
}

/**
 * The boot files that an operand stands for, one at a time: the file itself, whatever it is; those of a directory and all
 * directories in it; those of a Debian or rpm package; or one file of a package, `PACKAGE!/PATH`.
 *
 * In directories, symbolic links are not followed and packages not opened. An operand without any boot file is a fault:
 * a run must not pass because nothing was looked at.
 */
export async function* sourcesOf(
  operand: string,
  options: SourceOptions,
  io: CommandIo,
): AsyncGenerator<Source, void, undefined> {
  for (const item of itemsOf(operand, options, io)) yield* openItem(item, options, io);
}

/** The pieces that an operand stands for, in order, with nothing read but what tells boot files from others. */
export function* itemsOf(operand: string, options: SourceOptions, io: CommandIo): Generator<SourceItem> {
  if (operand === '-' || io.list(operand) === null) {
    const matches = patternMatches(operand, io);
    if (matches === null) yield { kind: 'operand', operand };
    else yield* orFault(patternItems(matches, options), none(operand, `no file matches \`${operand}\``));
    return;
  }
  yield* orFault(directoryItems(operand, options, io), none(operand, `\`${operand}\` holds ${NOTHING_BOOTS}`));
}

function* patternItems(matches: Iterable<PatternMatch>, { skipped }: SourceOptions): Generator<SourceItem> {
  for (const match of matches) {
    if (match.kind === 'fault') yield none(match.path, match.text);
    else if (match.kind === 'file') yield { kind: 'operand', operand: match.path };
    else skipped.links += 1;
  }
}

/** The pieces, or a fault when there are none: a run must not pass because nothing was looked at. */
function* orFault(items: Iterable<SourceItem>, fault: SourceItem): Generator<SourceItem> {
  let count = 0;
  for (const item of items) {
    count += 1;
    yield item;
  }
  if (count === 0) yield fault;
}

/** What a piece is called before it is opened. */
export function nameOfItem(item: SourceItem): string {
  switch (item.kind) {
    case 'path':
      return item.path;
    case 'operand':
      return item.operand;
    case 'fault':
      return item.name;
  }
}

/** Reads a piece: one file, or all boot files of a package. */
export async function* openItem(item: SourceItem, options: SourceOptions, io: CommandIo): AsyncGenerator<Source> {
  switch (item.kind) {
    case 'fault':
      yield item;
      return;
    case 'operand':
      yield* operandSources(item.operand, options, io);
      return;
    case 'path': {
      const read = await io.read(item.path);
      if (read.ok) yield { kind: 'file', name: item.path, bytes: read.bytes };
      else yield none(item.path, `cannot read \`${item.path}\`: ${read.text}`);
    }
  }
}

async function* operandSources(operand: string, options: SourceOptions, io: CommandIo): AsyncGenerator<Source> {
  const inner = await packedOperand(operand, io);
  const path = inner?.archive ?? operand;
  const read = await io.read(path);
  if (!read.ok) {
    yield none(operand, `cannot read \`${path}\`: ${read.text}`);
  } else if (isPackage(read.bytes)) {
    const archive = { path, bytes: read.bytes, only: inner?.path ?? null };
    const text = inner === null ? `\`${path}\` holds ${NOTHING_BOOTS}` : `\`${path}\` has no file \`${inner.path}\``;
    yield* orNone(packageSources(archive, options), none(operand, text));
  } else if (inner !== null) {
    yield none(operand, `cannot read \`${operand}\`: \`${path}\` is no package`);
  } else {
    yield { kind: 'file', name: operand, bytes: read.bytes };
  }
}

/**
 * The one boot file that an operand stands for: a directory or package must hold just one, and be read to its end, where
 * the checksums are.
 */
export async function onlySource(operand: string, io: CommandIo): Promise<Source> {
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

interface PackedOperand {
  readonly archive: string;
  readonly path: string;
}

/** `PACKAGE!/PATH`, unless a file has that very name. */
async function packedOperand(operand: string, io: CommandIo): Promise<PackedOperand | null> {
  const at = operand.indexOf('!/');
  if (at < 1 || (await io.read(operand)).ok) return null;
  return { archive: operand.slice(0, at), path: operand.slice(at + 1) };
}

const NOTHING_BOOTS = 'no kernel, UKI or EFI program';

function none(name: string, text: string): Fault {
  return { kind: 'fault', name, text };
}

/** The sources, or a fault when there are none. */
function* orNone(sources: Iterable<Source>, fault: Source): Generator<Source> {
  let count = 0;
  for (const source of sources) {
    count += 1;
    yield source;
  }
  if (count === 0) yield fault;
}

function* directoryItems(path: string, options: SourceOptions, io: CommandIo): Generator<SourceItem> {
  const listed = io.list(path);
  if (listed === null || typeof listed === 'string') {
    yield none(path, `cannot read \`${path}\`: ${listed ?? 'it is no directory any more'}`);
    return;
  }
  for (const { name, kind } of listed) {
    const inside = path.endsWith('/') ? `${path}${name}` : `${path}/${name}`;
    if (kind === 'directory') yield* directoryItems(inside, options, io);
    else if (kind === 'link') options.skipped.links += 1;
    else if (kind === 'special') options.skipped.files += 1;
    else yield* fileItems(inside, options, io);
  }
}

/** A file of a directory, when its contents are a boot file's. */
function* fileItems(path: string, { initrds, skipped }: SourceOptions, io: CommandIo): Generator<SourceItem> {
  const engine = nativeEngine();
  const first = io.readHead(path, HEAD_BYTES);
  let head = first;
  let found = first.ok ? recogniseContent(first.bytes, first.sizeBytes, engine) : null;
  while (head.ok && found?.kind === 'more') {
    head = io.readHead(path, found.lengthBytes);
    if (head.ok) found = recogniseContent(head.bytes, Math.min(head.sizeBytes, head.bytes.length), engine);
  }
  if (!head.ok) yield none(path, `cannot read \`${path}\`: ${head.text}`);
  else if (isPackage(head.bytes)) skipped.packages += 1;
  else if (found?.kind === 'other') skipped.files += 1;
  else if (found?.kind === 'initrd' && initrds === 'skipped') skipped.initrds += 1;
  else yield { kind: 'path', path, sizeBytes: head.sizeBytes };
}

interface OpenPackage {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** The one file that is asked for. */
  readonly only: string | null;
}

function* packageSources({ path, bytes, only }: OpenPackage, { initrds, skipped }: SourceOptions): Generator<Source> {
  for (const item of packageItems(bytes, { limits: DEFAULT_LIMITS, engine: nativeEngine(), only })) {
    switch (item.kind) {
      case 'fault': {
        const { text, layer, offsetBytes } = item.finding;
        const place = `${layer} @ 0x${offsetBytes.toString(16).padStart(7, '0')}`;
        yield { kind: 'fault', name: path, text: `cannot read \`${path}\`: ${printable(text)} (${place})` };
        break;
      }
      case 'too-large': {
        const name = `${path}!${item.path}`;
        yield { kind: 'fault', name, text: `cannot read \`${printable(name)}\`: it has ${item.sizeBytes} bytes` };
        break;
      }
      case 'other':
        skipped.files += 1;
        break;
      case 'initrd':
      case 'program':
        if (item.kind === 'initrd' && initrds === 'skipped') skipped.initrds += 1;
        else yield { kind: 'file', name: `${path}!${item.path}`, bytes: item.bytes, package: path };
    }
  }
}
