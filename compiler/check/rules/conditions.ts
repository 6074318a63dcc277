import { LAYER_KINDS, type LayerKind } from '../../../runtime/contract/layer-kinds.ts';
import type { Span } from '../../../grammar/source.ts';
import { diagnose } from '../../diagnostics/diagnostic.ts';
import type { Condition, GroupCondition, SignatureCondition } from '../../syntax/ast.ts';
import type { CheckContext } from '../context.ts';
import { useSigners } from '../signers.ts';
import { aLayer } from '../wording.ts';
import { checkConflicts } from './conflicts.ts';
import { checkConstraints } from './constraints.ts';
import { checkProperty } from './properties.ts';
import { checkCertificates, checkScheme } from './schemes.ts';

/** Types one condition on a layer of a kind; the kind is null when it is not known what layer it is. */
export function checkCondition(condition: Condition, layer: LayerKind | null, context: CheckContext): void {
  switch (condition.kind) {
    case 'any':
    case 'all':
    case 'none': {
      checkGroup(condition, layer, context);
      return;
    }
    case 'signed':
    case 'allowed': {
      checkSignature(condition, layer, context);
      return;
    }
    case 'covered':
      useSigners(condition.signers, context);
      checkCertificates(condition.signers, context);
      return;
    case 'property': {
      checkProperty(condition, layer, context);
      return;
    }
  }
}

function checkGroup(group: GroupCondition, layer: LayerKind | null, context: CheckContext): void {
  for (const condition of group.conditions) checkCondition(condition, layer, context);
  if (group.kind === 'all') checkConflicts(group.conditions, context);
}

function checkSignature(condition: SignatureCondition, layer: LayerKind | null, context: CheckContext): void {
  const { kind, signers, constraints, span } = condition;
  const known = useSigners(signers, context);
  checkConstraints(constraints, context);
  checkScheme(condition, layer, context);
  const authenticode = constraints.every((constraint) => constraint.kind !== 'scheme');
  if (layer === null || LAYER_KINDS[layer].pe || !authenticode) return;
  const head: Span = { start: span.start, end: signers.span.end };
  const fix = known && constraints.length === 0 && kind === 'signed';
  context.report(
    diagnose('BP0215', {
      values: { layer: aLayer(layer) },
      at: head,
      help: `ask for \`covered by ${signers.text}\`: what encloses it is signed`,
      fix: fix ? { span, replacement: `covered by ${signers.text}`, certainty: 'likely' } : null,
    }),
  );
}
