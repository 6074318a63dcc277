import type { Anchor } from '../../runtime/contract/anchor.ts';
import type { Scope } from '../check/scope.ts';
import { identityOf } from '../check/signer-table.ts';
import { diagnose } from '../diagnostics/diagnostic.ts';
import type { SignersStatement } from '../syntax/ast.ts';
import type { LintContext } from './context.ts';

/** Warns of signer sets that hold an anchor twice, one that is revoked, or a certificate that has expired. */
export function lintSigners(context: LintContext): void {
  const { scope, signers } = context.checked;
  const revoked = new Set(signers.revoked.map(identityOf));
  const lists = revocationLists(scope);
  for (const statement of scope.signers.values()) {
    if (statement.kind !== 'signers' || statement.source.kind !== 'file') continue;
    lintSet(statement, lists.has(statement.name.text) ? new Set() : revoked, context);
  }
}

/** The sets that make up `revoked`: that their anchors are revoked is what they are for. */
function revocationLists({ revoked, signers }: Scope): ReadonlySet<string> {
  const lists = new Set<string>();
  const open = revoked?.source.kind === 'sets' ? revoked.source.names.map(({ text }) => text) : [];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const set = signers.get(name);
    if (lists.has(name) || set?.kind !== 'signers') continue;
    lists.add(name);
    if (set.source.kind === 'sets') open.push(...set.source.names.map(({ text }) => text));
  }
  return lists;
}

function lintSet(statement: SignersStatement, revoked: ReadonlySet<string>, context: LintContext): void {
  const { name, source } = statement;
  const set = context.checked.signers.sets.get(name.text);
  const seen = new Set<string>();
  for (const anchor of set?.anchors ?? []) {
    const identity = identityOf(anchor);
    const values = { name: name.text, anchor: nameOf(anchor) };
    if (seen.has(identity)) context.report(diagnose('BP0516', { values, at: source.span }));
    else if (revoked.has(identity)) reportRevoked(values, statement, context);
    else reportExpired(anchor, statement, context);
    seen.add(identity);
  }
}

function reportRevoked(
  values: { readonly name: string; readonly anchor: string },
  { source }: SignersStatement,
  { checked: { scope }, report }: LintContext,
): void {
  const others = scope.revoked === null ? [] : [{ span: scope.revoked.span, text: 'revoked here' }];
  report(diagnose('BP0517', { values, at: source.span, others }));
}

function reportExpired(anchor: Anchor, { name, source }: SignersStatement, { options, report }: LintContext): void {
  const today = options.at?.slice(0, 10);
  const lastDay = options.lastDayOf?.(anchor) ?? null;
  if (today === undefined || lastDay === null || lastDay >= today) return;
  const values = { name: name.text, anchor: nameOf(anchor), date: lastDay };
  const notes = [
    'firmware, kernels and `like strict` ignore expiry, unless a constraint asks: `valid now`, `valid at signing`',
    `checked for ${today}`,
  ];
  report(diagnose('BP0518', { values, at: source.span, notes }));
}

function nameOf(anchor: Anchor): string {
  switch (anchor.kind) {
    case 'certificate':
      return `\`${anchor.subject}\``;
    case 'public-key':
      return `the key \`sha256:${anchor.sha256}\``;
    case 'image-digest':
    case 'tbs-digest':
      return `the digest \`${anchor.algorithm}:${anchor.hex}\``;
  }
}
