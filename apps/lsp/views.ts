import { type ast, PROFILES, type ProfileName } from '../../compiler/index.ts';

/** A view as it counts: with what it leaves out filled in. */
export interface EffectiveView {
  readonly name: string;
  readonly like: ProfileName;
  /** Null: every requirement. */
  readonly enforce: readonly string[] | null;
  /** Null for the view that a policy without views has. */
  readonly statement: ast.ViewStatement | null;
}

/** The views of a policy; one without any means `at file sees file like strict`, enforcing everything. */
export function effectiveViews(policy: ast.Policy): readonly EffectiveView[] {
  const views = policy.statements.filter((statement) => statement.kind === 'view');
  if (views.length === 0) return [{ name: 'file', like: 'strict', enforce: null, statement: null }];
  return views.map((statement) => ({
    name: statement.name.text,
    like: PROFILES.find((profile) => profile === statement.like?.text) ?? 'strict',
    enforce: statement.enforce === 'nothing' ? [] : (statement.enforce ?? []).map(({ text }) => text),
    statement,
  }));
}

/** The views that enforce a requirement. */
export function viewsOf(requirement: string, policy: ast.Policy): readonly EffectiveView[] {
  return effectiveViews(policy).filter(({ enforce }) => enforce === null || enforce.includes(requirement));
}
