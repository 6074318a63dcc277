import type { ast, Span } from '../../compiler/index.ts';

/** A condition about signatures, and the requirement that it is part of. */
export interface PlacedSignature {
  readonly condition: ast.SignatureCondition | ast.CoveredCondition;
  readonly requirement: ast.Requirement;
}

/** Every requirement of a policy, in the order of the text. */
export function requirementsOf(policy: ast.Policy): readonly ast.Requirement[] {
  return policy.statements.flatMap((statement) =>
    statement.kind === 'artifact' || statement.kind === 'layer' ? inBlock(statement.block) : [],
  );
}

function inBlock({ items }: ast.Block): readonly ast.Requirement[] {
  return items.flatMap((item) => {
    if (item.kind === 'requirement') return [item];
    return item.kind === 'child' && item.block !== null ? inBlock(item.block) : [];
  });
}

/** The innermost signature condition around an offset, or null. */
export function signatureAt(policy: ast.Policy, offset: number): PlacedSignature | null {
  const requirement = requirementsOf(policy).find(({ span }) => isIn(span, offset));
  const condition = requirement ? leafAt(requirement.condition, offset) : null;
  return requirement && condition ? { condition, requirement } : null;
}

function leafAt(condition: ast.Condition, offset: number): PlacedSignature['condition'] | null {
  if (!isIn(condition.span, offset)) return null;
  switch (condition.kind) {
    case 'any':
    case 'all':
    case 'none':
      return condition.conditions.map((each) => leafAt(each, offset)).find((leaf) => leaf !== null) ?? null;
    case 'signed':
    case 'allowed':
    case 'covered':
      return condition;
    case 'property':
      return null;
  }
}

function isIn({ start, end }: Span, offset: number): boolean {
  return start <= offset && offset < end;
}

/** The paths of signer files, as the policy states them. */
export function signerFiles(policy: ast.Policy): readonly ast.StringLiteral[] {
  return policy.statements.flatMap((statement) =>
    (statement.kind === 'signers' || statement.kind === 'revoked') && statement.source.kind === 'file'
      ? [statement.source.path]
      : [],
  );
}

/** The paths of the policies that a policy takes in, as it states them. */
export function importedFiles(policy: ast.Policy): readonly ast.StringLiteral[] {
  return policy.statements.flatMap((statement) => (statement.kind === 'import' ? [statement.path] : []));
}

/** The paths of all files that a policy names. */
export function namedFiles(policy: ast.Policy): readonly ast.StringLiteral[] {
  return [...signerFiles(policy), ...importedFiles(policy)];
}
