import type { Anchor } from '../../runtime/contract/anchor.ts';
import { diagnose } from '../diagnostics/diagnostic.ts';
import type { SignerFile } from '../options.ts';
import type { StringLiteral, Word } from '../syntax/ast.ts';
import type { NamingContext } from './context.ts';
import { identityOf, type ResolvedSigners, type SignerTable } from './signer-table.ts';
import { listed, suggest } from './wording.ts';

/** Reads the signer files, follows sets to their members, and reports what cannot be found or read, and circles. */
export function resolveSigners(context: NamingContext): SignerTable {
  const work: Resolution = { context, files: new Map(), sets: new Map() };
  for (const { signers } of context.scope.imports) for (const [name, set] of signers) adopt(name, set, work);
  for (const [name, statement] of context.scope.signers) {
    if (statement.kind === 'param') work.sets.set(name, { ...NOTHING, param: true });
    else if (statement.source.kind === 'file') work.sets.set(name, signersOf(readSigners(statement.source.path, work)));
  }
  for (const name of context.scope.signers.keys()) followSet(name, work);
  return { sets: work.sets, revoked: resolveRevoked(work) };
}

interface Resolution {
  readonly context: NamingContext;
  readonly files: Map<string, readonly Anchor[]>;
  /** What is resolved so far. */
  readonly sets: Map<string, ResolvedSigners>;
}

const NOTHING: ResolvedSigners = { param: false, includes: [], anchors: [], revoked: [], members: null };

function signersOf(anchors: readonly Anchor[]): ResolvedSigners {
  return { ...NOTHING, anchors };
}

/** Takes a set over from an imported file; where several bring it, with what any of them revokes. */
function adopt(name: string, set: ResolvedSigners, { sets }: Resolution): void {
  const known = sets.get(name);
  const revoked = distinct([...(known?.revoked ?? []), ...set.revoked]);
  sets.set(name, { ...set, revoked });
}

/** The signer sets of a file as one that imports it sees them: with what the file revokes. */
export function exportedSigners({ sets, revoked }: SignerTable): ReadonlyMap<string, ResolvedSigners> {
  return new Map(
    [...sets].map(([name, set]) => [name, { ...set, revoked: distinct([...set.revoked, ...revoked]) }] as const),
  );
}

function distinct(anchors: readonly Anchor[]): readonly Anchor[] {
  return [...new Map(anchors.map((anchor) => [entryKey(anchor), anchor])).values()];
}

function resolveRevoked(work: Resolution): readonly Anchor[] {
  const { revoked } = work.context.scope;
  if (revoked === null) return [];
  if (revoked.source.kind === 'file') return readSigners(revoked.source.path, work);
  const frame = frameOf(null, revoked.source.names);
  while (nextMember(frame, work) !== null) frame.next += 1;
  refuseParams(revoked.source.names, work);
  return [...frame.anchors.values()];
}

/** A set whose members are being joined. */
interface Frame {
  readonly name: string | null;
  readonly members: readonly Word[];
  next: number;
  readonly seen: Set<string>;
  readonly includes: Set<string>;
  readonly anchors: Map<string, Anchor>;
  readonly revoked: Map<string, Anchor>;
}

function frameOf(name: string | null, members: readonly Word[]): Frame {
  return { name, members, next: 0, seen: new Set(), includes: new Set(), anchors: new Map(), revoked: new Map() };
}

/** Joins the members of a set, and before that of the sets in it: depth first, without recursion. */
function followSet(name: string, work: Resolution): void {
  const stack: Frame[] = [];
  const open = new Set<string>();
  const enter = (inner: string): void => {
    const members = membersOf(inner, work);
    if (work.sets.has(inner) || members === null) return;
    open.add(inner);
    stack.push(frameOf(inner, members));
  };
  enter(name);
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const member = nextMember(frame, work);
    if (member === null) {
      stack.pop();
      finish(frame, open, work);
    } else if (open.has(member.text)) {
      work.context.report(diagnose('BP0108', { values: { name: member.text }, at: member.span }));
      frame.next += 1;
    } else enter(member.text);
  }
}

function membersOf(name: string, { context }: Resolution): readonly Word[] | null {
  const statement = context.scope.signers.get(name);
  return statement?.kind === 'signers' && statement.source.kind === 'sets' ? statement.source.names : null;
}

function finish(frame: Frame, open: Set<string>, work: Resolution): void {
  if (frame.name === null) return;
  open.delete(frame.name);
  work.sets.set(frame.name, {
    param: false,
    includes: [...frame.includes],
    anchors: [...frame.anchors.values()],
    revoked: [...frame.revoked.values()],
    members: frame.members.map(({ text }) => text),
  });
}

/** Joins members as far as they are resolved; gives the first that is not, or null at the end. */
function nextMember(frame: Frame, work: Resolution): Word | null {
  for (let member = frame.members[frame.next]; member !== undefined; member = frame.members[frame.next]) {
    const resolved = work.sets.get(member.text);
    if (frame.seen.has(member.text)) {
      work.context.report(diagnose('BP0504', { values: { word: member.text }, at: member.span }));
    } else if (useSigners(member, work.context)) {
      if (resolved === undefined) return member;
      join(member.text, resolved, frame);
    }
    frame.seen.add(member.text);
    frame.next += 1;
  }
  return null;
}

function join(name: string, resolved: ResolvedSigners, frame: Frame): void {
  if (resolved.param) frame.includes.add(name);
  for (const param of resolved.includes) frame.includes.add(param);
  for (const anchor of resolved.anchors) frame.anchors.set(entryKey(anchor), anchor);
  for (const anchor of resolved.revoked) frame.revoked.set(entryKey(anchor), anchor);
}

/** Marks a signer set as used; reports a name that is none. */
export function useSigners(name: Word, context: NamingContext): boolean {
  const { scope, usedSigners } = context;
  if (scope.signers.has(name.text) || scope.importedSigners.has(name.text)) {
    usedSigners.add(name.text);
    return true;
  }
  const declared = [...scope.signers.keys(), ...scope.importedSigners.keys()];
  const { label, fix } = suggest(name, declared);
  const notes = [declared.length === 0 ? 'no signers are declared' : `declared are: ${listed(declared)}`];
  context.report(diagnose('BP0101', { values: { name: name.text }, at: name.span, label, notes, fix }));
  return false;
}

function refuseParams(names: readonly Word[], work: Resolution): void {
  for (const name of names) {
    const resolved = work.sets.get(name.text);
    const params = resolved?.param === true ? [name.text] : (resolved?.includes ?? []);
    for (const param of params) {
      const help = `a view can name what is revoked for it: \`revoked by ${param}\``;
      work.context.report(diagnose('BP0111', { values: { name: param }, at: name.span, help }));
    }
  }
}

function readSigners(path: StringLiteral, work: Resolution): readonly Anchor[] {
  const known = work.files.get(path.value);
  if (known !== undefined) return known;
  const file = work.context.options.loadSigners(path.value);
  reportFile(path, file, work.context);
  const anchors = 'missing' in file || !file.ok ? [] : file.anchors;
  work.files.set(path.value, anchors);
  return anchors;
}

function reportFile(path: StringLiteral, file: SignerFile, context: NamingContext): void {
  const at = path.span;
  if ('missing' in file) {
    context.report(diagnose('BP0220', { values: { path: path.value, fault: file.missing }, at }));
  } else if (!file.ok) {
    const notes = [`at byte ${file.offsetBytes} of the file (${file.code})`];
    context.report(diagnose('BP0221', { values: { path: path.value, fault: file.text }, at, notes }));
  } else if (file.anchors.length === 0) {
    context.report(diagnose('BP0222', { values: { path: path.value }, at }));
  }
}

/** A certificate at the head of one list and behind the head of another is both: shim looks at it for the sake of the first. */
function entryKey(anchor: Anchor): string {
  return `${identityOf(anchor)} ${anchor.kind === 'certificate' ? (anchor.listed ?? '') : ''}`;
}
