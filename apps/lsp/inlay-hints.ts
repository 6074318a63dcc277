import { type InlayHint, InlayHintKind, type Range } from 'vscode-languageserver';
import type { ast, Source } from '../../compiler/index.ts';
import { offsetOf, positionOf } from './place.ts';
import type { PolicyDocument } from './policy-document.ts';
import { requirementsOf } from './policy-places.ts';
import { effectiveViews, viewsOf } from './views.ts';

/** What is not written and counts all the same: where a requirement is enforced, and what a view fills in. */
export function inlayHintsIn({ reading }: PolicyDocument, range: Range): readonly InlayHint[] {
  const { policy, source } = reading;
  const [from, to] = [offsetOf(source, range.start), offsetOf(source, range.end)];
  const requirements = requirementsOf(policy).map((requirement) => enforcement(requirement, policy, source));
  const hints = [...requirements, ...viewHints(policy, source)];
  return hints.filter(({ offset }) => from <= offset && offset <= to).map(({ hint }) => hint);
}

interface PlacedHint {
  readonly offset: number;
  readonly hint: InlayHint;
}

function placed(source: Source, offset: number, [label, tooltip]: readonly [string, string]): PlacedHint {
  return {
    offset,
    hint: { position: positionOf(source, offset), label, tooltip, kind: InlayHintKind.Type, paddingLeft: true },
  };
}

function enforcement({ name }: ast.Requirement, policy: ast.Policy, source: Source): PlacedHint {
  const views = viewsOf(name.text, policy).map((view) => view.name);
  const label = views.length === 0 ? 'no view' : `at ${views.join(', ')}`;
  const tooltip = views.length === 0 ? 'no view enforces this requirement' : 'the views that enforce this requirement';
  return placed(source, name.span.end, [label, tooltip]);
}

function viewHints(policy: ast.Policy, source: Source): readonly PlacedHint[] {
  return effectiveViews(policy).flatMap(({ statement, enforce }) => {
    if (statement === null) return [];
    const { like, sees, enforceSpan, span } = statement;
    const behindSees = sees.at(-1)?.span.end ?? statement.name.span.end;
    const closed = /^\s*\}/.exec(source.text.slice(behindSees, span.end))?.[0].length ?? 0;
    const profile =
      like === null ? [placed(source, behindSees + closed, ['like strict', 'the profile when none is named'])] : [];
    const end = enforceSpan?.end ?? span.end;
    const shape = `${enforce?.length === 0 ? 'only ' : '+ '}shape`;
    return [...profile, placed(source, end, [shape, 'every view judges the declared layers of what it sees'])];
  });
}
