import type { LayerKind } from '../../../runtime/contract/layer-kinds.ts';
import { diagnose } from '../../diagnostics/diagnostic.ts';
import type { BlockStatement, ViewStatement } from '../../syntax/ast.ts';
import { requirementsIn } from '../additions.ts';
import type { CheckContext } from '../context.ts';
import { artifactShape, childShapes, type Shape } from '../shapes.ts';
import type { Reach } from './nesting.ts';

/** Warns of declarations that decide nothing: requirements, signers and blocks without effect. */
export function checkUnused(reach: Reach, context: CheckContext): void {
  checkUnenforced(reach, context);
  for (const [name, statement] of context.scope.signers) {
    if (context.usedSigners.has(name)) continue;
    context.report(diagnose('BP0502', { values: { name }, at: statement.name.span }));
  }
  for (const [kind, statement] of context.scope.blocks) checkBlockUse(kind, statement, { reach, context });
}

function checkUnenforced(reach: Reach, { scope, report }: CheckContext): void {
  const { views, requirements } = scope;
  const enforcing = views.filter((view) => view.enforce !== 'nothing');
  if (enforcing.length === 0) return;
  const enforced = new Set(enforcing.flatMap(enforcedNames));
  const [first, ...others] = enforcing;
  const help = `add it to the \`enforce\` of \`${first?.name.text ?? ''}\`${others.length > 0 ? ' or of another view' : ''}`;
  for (const [name, requirement] of requirements) {
    if (enforced.has(name)) continue;
    report(diagnose('BP0501', { values: { name }, at: requirement.name.span, help }));
  }
  for (const [name, { source, statedAt }] of scope.importedRequirements) {
    // One that is about layers which the policy does not have would decide nothing in any view.
    if (enforced.has(name) || !reach.imported.has(name)) continue;
    report(diagnose('BP0501', { values: { name }, at: statedAt, notes: [`it is stated in ${source.name}`], help }));
  }
}

function enforcedNames({ enforce }: ViewStatement): readonly string[] {
  return enforce === null || enforce === 'nothing' ? [] : enforce.map(({ text }) => text);
}

interface Surroundings {
  readonly reach: Reach;
  readonly context: CheckContext;
}

function checkBlockUse(kind: LayerKind, statement: BlockStatement, { reach, context }: Surroundings): void {
  const at = statement.layer.span;
  if (!reach.blocks.has(statement)) {
    context.report(diagnose('BP0508', { values: { kind }, at }));
    return;
  }
  const shape = artifactShape(statement, context.scope);
  if (shape === null) return;
  if (requiresSomething(shape, context)) return;
  const importing = reach.imported.size > 0 && isAskedByImports(shape, context);
  const notes = ['what imported files require of it does not make up for that: every view refuses such a file'];
  context.report(diagnose('BP0503', { values: { kind }, at, notes: importing ? notes : [] }));
}

function isAskedByImports(shape: Shape, context: CheckContext): boolean {
  if (shape.additions.some(({ block }) => requirementsIn(block).length > 0)) return true;
  const children = childShapes(shape, context.scope).filter(({ presence }) => presence !== 'absent');
  return children.some(({ alternatives }) => alternatives.some((inner) => isAskedByImports(inner, context)));
}

function requiresSomething(shape: Shape, context: CheckContext): boolean {
  if (shape.block?.items.some((item) => item.kind === 'requirement') === true) return true;
  return childShapes(shape, context.scope).some(
    (child) => child.presence !== 'absent' && child.alternatives.some((inner) => requiresSomething(inner, context)),
  );
}
