import { exampleAfter, exampleBlock, examplePolicy } from '../examples.ts';
import type { DiagnosticSpec } from '../spec.ts';

/** BP05xx: policies that work, but hardly as their author means. */
export const LINT_CODES = {
  BP0501: {
    severity: 'warning',
    title: 'no view enforces `{name}`',
    page: 'The requirement is stated, but no view lists it, so it decides nothing. A policy whose views all say `enforce nothing` does this on purpose and is not warned.',
    bad: exampleBlock('image', 'require outer: signed by distro\nrequire machine: arch in { arm64 }').concat(
      'at firmware sees file enforce { outer }\n',
    ),
    good: exampleBlock('image', 'require outer: signed by distro\nrequire machine: arch in { arm64 }').concat(
      'at firmware sees file enforce { outer, machine }\n',
    ),
  },
  BP0502: {
    severity: 'warning',
    title: 'signers `{name}` are never used',
    page: 'No condition, no set and no view names them. Often a condition that should name them names others.',
    bad: exampleAfter('signers vendor = file "vendor.pem"'),
    good: exampleAfter('signers vendor = file "vendor.pem"\nartifact pe {\n  require tool: signed by vendor\n}'),
  },
  BP0503: {
    severity: 'warning',
    title: 'nothing is required of `{kind}`',
    page: 'The block has no requirement, and neither has any layer under it: a file of this shape is accepted unsigned, as far as this block goes.',
    bad: exampleAfter('artifact pe { }'),
    good: exampleAfter('artifact pe {\n  require tool: signed by distro\n}'),
  },
  BP0504: {
    severity: 'warning',
    title: '`{word}` is listed twice',
    page: 'The second mention changes nothing; often another word was meant.',
    bad: exampleBlock('image', 'require machine: arch in { arm64, arm64 }'),
    good: exampleBlock('image', 'require machine: arch in { arm64, riscv64 }'),
  },
  BP0505: {
    severity: 'warning',
    title: 'the waiver of `{name}` ended on {date}',
    page: 'A waiver holds up to and including its day, in UTC. This one lifts nothing any more: remove it, or decide anew. The check is made only when the day to check for is given.',
    bad: exampleAfter('waive outer until 2001-03-31 because "vendor key is late"'),
    good: exampleAfter('waive outer until 2099-03-31 because "vendor key is late"'),
  },
  BP0506: {
    severity: 'warning',
    title: 'view `{name}` never sees {kinds}',
    page: 'The view lists several kinds of layers, and no artifact of the policy holds this one.',
    bad: exampleAfter('at kexec sees { zboot, image } enforce { outer }'),
    good: exampleAfter('at kexec sees { image } enforce { outer }'),
  },
  BP0507: {
    severity: 'warning',
    title: '{layer} never has {property} {words}',
    page: 'The other words of the list can match, this one cannot. It may be a slip, or a rule that was copied from another kind of layer.',
    bad: exampleBlock('zboot', 'require codec: compression in { gzip, bzip2 }\nimage'),
    good: exampleBlock('zboot', 'require codec: compression in { gzip, zstd }\nimage'),
  },
  BP0508: {
    severity: 'warning',
    title: 'the block of `{kind}` is never used',
    page: '`layer KIND` is for nested layers: it is used wherever such a layer is declared without an inline block. No artifact declares one.',
    bad: exampleAfter('layer zboot {\n  require packed: signed by distro\n  image\n}'),
    good: examplePolicy(`
layer zboot {
  require packed: signed by distro
  image
}
artifact uki {
  linux: one of { zboot }
}`),
  },
  BP0509: {
    severity: 'warning',
    title: '{layer} always holds {contents}, which this block does not declare',
    page: 'What a block does not declare falls to its `otherwise`, and that is `reject` unless the block says another thing. Every file of this shape is refused. Declare the contents, with or without a block of their own.',
    bad: exampleBlock('zboot', 'require outer: signed by distro'),
    good: exampleBlock('zboot', 'require outer: signed by distro\nimage'),
  },
} as const satisfies Record<string, DiagnosticSpec>;
