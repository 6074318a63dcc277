import type { Anchor } from '../../runtime/contract/anchor.ts';
import { diagnose } from '../diagnostics/diagnostic.ts';
import type { SignerFile } from '../options.ts';
import type { SignerSource, StringLiteral, Word } from '../syntax/ast.ts';
import type { CheckContext } from './context.ts';
import { suggest } from './wording.ts';

/** A signer set with everything that its declaration leads to. */
export interface ResolvedSigners {
  readonly param: boolean;
  /** Names of the parameters among its members. */
  readonly includes: readonly string[];
  readonly anchors: readonly Anchor[];
}

/** All signer sets of a policy, and what is revoked in every view. */
export interface SignerTable {
  readonly sets: ReadonlyMap<string, ResolvedSigners>;
  readonly revoked: readonly Anchor[];
}

/** Reads the signer files, follows sets to their members, and reports what cannot be found, read or ended. */
export function resolveSigners(context: CheckContext): SignerTable {
  const work: Resolution = { context, files: new Map(), done: new Map(), open: [] };
  for (const name of context.scope.signers.keys()) resolveName(name, work);
  const { revoked } = context.scope;
  if (revoked === null) return { sets: work.done, revoked: [] };
  const members = resolveSource(revoked.source, work);
  if (revoked.source.kind === 'sets') refuseParams(revoked.source.names, work);
  return { sets: work.done, revoked: members.anchors };
}

interface Resolution {
  readonly context: CheckContext;
  readonly files: Map<string, readonly Anchor[]>;
  readonly done: Map<string, ResolvedSigners>;
  /** Sets whose members are being followed, outermost first. */
  readonly open: string[];
}

const NOBODY: ResolvedSigners = { param: false, includes: [], anchors: [] };

function resolveName(name: string, work: Resolution): ResolvedSigners {
  const known = work.done.get(name);
  if (known !== undefined) return known;
  const statement = work.context.scope.signers.get(name);
  if (statement === undefined) return NOBODY;
  work.open.push(name);
  const resolved =
    statement.kind === 'param' ? { param: true, includes: [], anchors: [] } : resolveSource(statement.source, work);
  work.open.pop();
  work.done.set(name, resolved);
  return resolved;
}

function resolveSource(source: SignerSource, work: Resolution): ResolvedSigners {
  if (source.kind === 'file') return { param: false, includes: [], anchors: readSigners(source.path, work) };
  const includes: string[] = [];
  const anchors: Anchor[] = [];
  for (const [index, member] of source.names.entries()) {
    if (source.names.findIndex((other) => other.text === member.text) < index) {
      work.context.report(diagnose('BP0504', { values: { word: member.text }, at: member.span }));
      continue;
    }
    const resolved = resolveMember(member, work);
    if (resolved.param) includes.push(member.text);
    includes.push(...resolved.includes);
    anchors.push(...resolved.anchors);
  }
  return { param: false, includes: [...new Set(includes)], anchors: distinct(anchors) };
}

function resolveMember(member: Word, work: Resolution): ResolvedSigners {
  if (!useSigners(member, work.context)) return NOBODY;
  if (!work.open.includes(member.text)) return resolveName(member.text, work);
  work.context.report(diagnose('BP0108', { values: { name: member.text }, at: member.span }));
  return NOBODY;
}

/** Marks a signer set as used; reports a name that is none. */
export function useSigners(name: Word, context: CheckContext): boolean {
  const { scope, usedSigners } = context;
  if (scope.signers.has(name.text)) {
    usedSigners.add(name.text);
    return true;
  }
  const { label, fix } = suggest(name, scope.signers.keys());
  const declared = [...scope.signers.keys()];
  const notes = [declared.length === 0 ? 'no signers are declared' : `declared are: ${declared.join(', ')}`];
  context.report(diagnose('BP0101', { values: { name: name.text }, at: name.span, label, notes, fix }));
  return false;
}

function refuseParams(names: readonly Word[], work: Resolution): void {
  for (const name of names) {
    const resolved = work.done.get(name.text);
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

function reportFile(path: StringLiteral, file: SignerFile, context: CheckContext): void {
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

function distinct(anchors: readonly Anchor[]): readonly Anchor[] {
  const byIdentity = new Map<string, Anchor>();
  for (const anchor of anchors) byIdentity.set(identityOf(anchor), anchor);
  return [...byIdentity.values()];
}

function identityOf(anchor: Anchor): string {
  if (anchor.kind === 'certificate') return anchor.sha256;
  if (anchor.kind === 'image-digest') return `${anchor.algorithm}:${anchor.hex}`;
  return `tbs:${anchor.algorithm}:${anchor.hex}:${anchor.revokedFrom ?? ''}`;
}
