import { exampleAfter, exampleBlock, examplePolicy, exampleStatements } from '../examples.ts';
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
    page: 'The block has no requirement, and neither has any layer under it: a file of this shape is accepted unsigned, as far as this block goes. What imported files require there does not make up for that: where nothing of the policy itself applies, a view refuses the file.',
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
  BP0510: {
    severity: 'warning',
    title: 'this branch of `{group} of` decides nothing',
    page: 'Another branch of the group decides whatever this one could: in `any of` and `none of` it is true wherever this one is, in `all of` this one is true wherever the other one is. Remove the branch, or say in it what was meant.',
    bad: exampleBlock(
      'image',
      'require outer: any of {\n  signed by distro\n  signed by distro { key rsa >= 3072 }\n}',
    ),
    good: exampleBlock(
      'image',
      'require outer: any of {\n  signed by distro { key ec >= 256 }\n  signed by distro { key rsa >= 3072 }\n}',
    ),
  },
  BP0511: {
    severity: 'warning',
    title: 'no view is ever handed {layer}, or anything in it',
    page: 'The artifact is declared, but every view sees other kinds of layers or loads other formats: a file of this kind is refused by all of them, and what the block says decides nothing.',
    bad: exampleAfter(
      'artifact pe {\n  require outer: signed by distro\n}\nat kexec sees file loads { image } enforce { outer }',
    ),
    good: exampleAfter(
      'artifact pe {\n  require outer: signed by distro\n}\nat kexec sees file loads { image, pe } enforce { outer }',
    ),
  },
  BP0512: {
    severity: 'warning',
    title: '`{name}` asks for nothing that `{other}` does not ask for',
    page: 'Both stand in one block, and wherever the first one is enforced the other is too. So the first never decides anything. The other one may be imported, as long as the policy keeps a requirement of its own there. Remove it, or say in it what was meant: which of the two is right, and what becomes of its name in views, waivers and tests, people must say, so nothing is fixed.',
    bad: exampleBlock('image', 'require small: size <= 64 MiB\nrequire smaller: size <= 32 MiB'),
    good: exampleBlock('image', 'require small: size <= 64 MiB\nrequire large: size >= 1 MiB'),
  },
  BP0513: {
    severity: 'warning',
    title: 'the waiver of `{name}` is not used: no view enforces it',
    page: 'A waiver lifts what a view would refuse. No view enforces this requirement.',
    bad: exampleAfter('at kexec sees file enforce nothing\nwaive outer until 2099-03-31 because "vendor key is late"'),
    good: exampleAfter(
      'at kexec sees file enforce { outer }\nwaive outer until 2099-03-31 because "vendor key is late"',
    ),
  },
  BP0514: {
    severity: 'warning',
    title: 'the waiver of `{name}` has no effect',
    page: 'It waives a `warn`, which refuses nothing, or another waiver lifts the same for the same files and at least as long. Remove it, so that nobody takes it for the reason why a file is accepted; but its own reason goes with it, so `check --fix` leaves that to people.',
    bad: exampleAfter(
      'waive outer until 2099-03-31 because "vendor key is late"\nwaive outer until 2099-01-31 because "REL-412"',
    ),
    good: exampleAfter('waive outer until 2099-03-31 because "vendor key is late, REL-412"'),
  },
  BP0515: {
    severity: 'warning',
    title: '{what} can be broken',
    page: 'NIST SP 800-131A disallows SHA-1 for signatures, RSA keys of less than 2048 bits and curves of less than 224 bits; bootpol warns below 256 bits. Who breaks one signature can sign anything.',
    bad: exampleBlock('image', 'require outer: signed by distro { digest in { sha1, sha256 } }'),
    good: exampleBlock('image', 'require outer: signed by distro { digest in { sha256, sha384 } }'),
  },
  BP0516: {
    severity: 'warning',
    title: 'signers `{name}` hold {anchor} twice',
    page: 'The file of the set lists it more than once. It changes nothing, unless another certificate was meant to be there.',
    bad: exampleStatements('signers distro = file "twice.pem"\nartifact image {\n  require outer: signed by distro\n}'),
    good: exampleStatements('signers distro = file "once.pem"\nartifact image {\n  require outer: signed by distro\n}'),
  },
  BP0517: {
    severity: 'warning',
    title: 'signers `{name}` hold {anchor}, which is revoked',
    page: 'The same anchor stands in `revoked`, so it is believed nowhere but in views `like linux`, which know no `revoked`. Remove it from the file. Revocations by the digest of a certificate are not compared.',
    bad: exampleAfter('revoked = file "distro.pem"'),
    good: exampleAfter('revoked = file "lost.pem"'),
  },
  BP0518: {
    severity: 'warning',
    title: 'signers `{name}` hold {anchor}, which expired on {date}',
    page: 'Firmware, kernels and the `strict` rules do not look at expiry, so signatures by it are still believed unless a constraint asks for validity. Whether that is meant only the author can say. The check is made only when the day to check for is given.',
    bad: exampleStatements(
      'signers distro = file "expired.pem"\nartifact image {\n  require outer: signed by distro\n}',
    ),
    good: exampleStatements(
      'signers distro = file "valid.pem"\nartifact image {\n  require outer: signed by distro\n}',
    ),
  },
  BP0519: {
    severity: 'warning',
    title: 'view `{view}` enforces `{name}`, but sees no layer of which it is required',
    page: 'The view is handed inner layers alone, and the requirement is stated of layers outside of them. Bytes out there are covered by nothing that the view can verify, so a file that has such a layer is refused, and one that has none never meets the requirement. Let the view see more, or leave the requirement to a view that does.',
    bad: examplePolicy(
      'artifact zboot {\n  require outer: signed by distro\n  image {\n    require inner: signed by distro\n  }\n}\nat kexec sees image enforce { inner, outer }',
    ),
    good: examplePolicy(
      'artifact zboot {\n  require outer: signed by distro\n  image {\n    require inner: signed by distro\n  }\n}\nat kexec sees zboot enforce { inner, outer }',
    ),
  },
  BP0520: {
    severity: 'warning',
    title: 'no view covers the `{layer}`',
    page: 'The layer is obeyed by what is started, and no view enforces a requirement by which a signature must cover it, neither of the layer itself nor of one around it. Whoever can write the file can exchange it. `bootpol gap` shows what else is open.',
    bad: examplePolicy(
      'artifact uki {\n  linux: image\n  initrd optional\n}\nartifact image {\n  require outer: signed by distro\n}',
    ),
    good: examplePolicy(
      'artifact uki {\n  linux: image\n  initrd optional {\n    require rd: covered by distro\n  }\n}\nartifact image {\n  require outer: signed by distro\n}',
    ),
  },
  BP0521: {
    severity: 'warning',
    title: '`otherwise allow` at an enforcement point',
    page: 'A view that enforces something sees layers of this block, and whatever the block does not declare, layers, sections and bytes outside of all sections, is let through there. Declare what may be there, or allow this warning with the reason.',
    bad: exampleBlock('pe', 'require outer: signed by distro\notherwise allow'),
    good: exampleBlock('pe', 'require outer: signed by distro\notherwise warn'),
  },
  BP0522: {
    severity: 'warning',
    title: 'view `{view}` must decode {codecs}, which the policy rules out elsewhere',
    page: 'A requirement limits the compressions of a layer, and this view goes into the layer without enforcing it. So it must carry decoders, and offers their code to whoever made the file, for compressions that the author does not intend.',
    bad: examplePolicy(
      'artifact zboot {\n  require codec: compression in { gzip, zstd }\n  image {\n    require inner: signed by distro\n  }\n}\nat firmware sees file enforce { codec, inner }\nat kexec sees file enforce { inner }',
    ),
    good: examplePolicy(
      'artifact zboot {\n  require codec: compression in { gzip, zstd }\n  image {\n    require inner: signed by distro\n  }\n}\nat firmware sees file enforce { codec, inner }\nat kexec sees file enforce { inner, codec }',
    ),
  },
  BP0523: {
    severity: 'warning',
    title: '`{name}` holds since {date} already',
    page: 'Until its day a requirement only warns; that day has come, and the date says nothing any more. The check is made only when the day to check for is given.',
    bad: exampleBlock('image', 'require machine from 2020-01-01: arch in { arm64 }'),
    good: exampleBlock('image', 'require machine from 2099-01-01: arch in { arm64 }'),
  },
  BP0524: {
    severity: 'warning',
    title: 'this expectation cannot fail',
    page: 'The view enforces nothing, so it accepts every file that the test gives; or the expectation stands in the test already. A test that cannot fail shows nothing.',
    bad: exampleAfter(
      'at kexec sees file enforce nothing\ntest "kexec takes it" {\n  given image\n  expect accept at kexec\n}',
    ),
    good: exampleAfter(
      'at kexec sees file enforce { outer }\ntest "kexec takes it" {\n  given image signed by distro\n  expect accept at kexec\n}',
    ),
  },
  BP0525: {
    severity: 'warning',
    title: '`{name}` and `{other}` differ by one letter',
    page: 'Two requirements, two signer sets or two views have names that are easily taken for each other; often one is a slip of the other, and so is not what `enforce` or a condition names. Names of less than four letters, and names that differ by a digit, are not compared.',
    bad: exampleStatements(
      'signers distro = file "distro.pem"\nsigners distra = file "vendor.pem"\nartifact image {\n  require outer: any of {\n    signed by distro\n    signed by distra\n  }\n}',
    ),
    good: exampleStatements(
      'signers distro = file "distro.pem"\nsigners vendor = file "vendor.pem"\nartifact image {\n  require outer: any of {\n    signed by distro\n    signed by vendor\n  }\n}',
    ),
  },
  BP0526: {
    severity: 'warning',
    title: '`allow {code}` allows nothing',
    page: 'There is no such warning on the line that the comment speaks of: its own where something stands in front of it, else the next one that is no comment. The fault may be mended already; a comment that stays would hide the next one.',
    bad: exampleAfter('# bootpol: allow BP0503 because "sample"\nartifact pe {\n  require tool: signed by distro\n}'),
    good: exampleAfter('# bootpol: allow BP0503 because "sample"\nartifact pe { }'),
  },
  BP0527: {
    severity: 'warning',
    title: 'this allowance is not understood: {fault}',
    page: 'A comment that begins with `bootpol:` is written `# bootpol: allow CODE because "…"`, with the code of a warning and a reason. It allows that warning at one place: on its own line, or standing alone, on the next one. Errors cannot be allowed.',
    bad: exampleAfter('# bootpol: allow everything').trimEnd().concat('\n'),
    good: exampleAfter('# bootpol: allow BP0503 because "sample"\nartifact pe { }'),
  },
} as const satisfies Record<string, DiagnosticSpec>;
