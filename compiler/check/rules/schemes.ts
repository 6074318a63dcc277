import type { LayerKind } from '../../../runtime/contract/layer-kinds.ts';
import type { Span } from '../../../grammar/source.ts';
import { diagnose } from '../../diagnostics/diagnostic.ts';
import type { Constraint, SignatureCondition, Word } from '../../syntax/ast.ts';
import type { CheckContext } from '../context.ts';
import { aLayer } from '../wording.ts';

/** Checks that signatures of the scheme that is asked for can be on the layer, be made by the signers, and be constrained so. */
export function checkScheme(condition: SignatureCondition, layer: LayerKind | null, context: CheckContext): void {
  const { signers, constraints } = condition;
  const scheme = constraints.find((constraint) => constraint.kind === 'scheme');
  if (scheme?.scheme.text !== 'pcr') {
    checkCertificates(signers, context);
    return;
  }
  const refuse = (span: Span, why: string, help: string): void => {
    const values = { scheme: 'pcr', where: why };
    context.report(diagnose('BP0407', { values, at: span, help }));
  };
  const { span } = scheme.scheme;
  if (layer !== null && layer !== 'uki') {
    refuse(span, `on ${aLayer(layer)}`, 'only a uki carries signatures of PCR 11, in its `.pcrsig`');
  }
  for (const constraint of constraints.filter(isAboutCertificates)) {
    refuse(
      constraint.span,
      `with \`${wordOf(constraint)}\``,
      'the signer is a bare key: no certificate and no time goes with it',
    );
  }
  if (holdsNone(signers, 'keys', context)) {
    const help = 'give the public key of `.pcrpkey` as PEM: `-----BEGIN PUBLIC KEY-----`';
    refuse(signers.span, `with the signers \`${signers.text}\``, help);
  }
}

/** Bare keys sign nothing but PCR values. */
export function checkCertificates(signers: Word, context: CheckContext): void {
  if (!holdsNone(signers, 'others', context)) return;
  const help = 'name certificates, or ask for `scheme pcr`';
  context.report(diagnose('BP0409', { values: { name: signers.text }, at: signers.span, help }));
}

/** Whether a set is known to hold something, and nothing of a kind. What a caller binds is not known. */
function holdsNone(signers: Word, wanted: 'keys' | 'others', { signers: table }: CheckContext): boolean {
  const set = table.sets.get(signers.text);
  if (set === undefined || set.param || set.includes.length > 0 || set.anchors.length === 0) return false;
  return set.anchors.every(({ kind }) => (kind === 'public-key') !== (wanted === 'keys'));
}

function isAboutCertificates({ kind }: Constraint): boolean {
  return kind === 'validity' || kind === 'timestamped';
}

function wordOf({ kind }: Constraint): string {
  return kind === 'validity' ? 'valid' : kind;
}
