import { exampleAfter, exampleBlock, examplePolicy, exampleStatements } from '../examples.ts';
import type { DiagnosticSpec } from '../spec.ts';

/** BP01xx: names that mean nothing, or mean two things. */
export const NAME_CODES = {
  BP0101: {
    severity: 'error',
    title: 'no signers are named `{name}`',
    page: 'Every signer set is declared once, with `signers NAME = …` or `param signers NAME`, before or after its use. A name that is not declared would be a set without members, and a condition on it could never hold.',
    bad: exampleBlock('image', 'require outer: signed by distrp'),
    good: exampleBlock('image', 'require outer: signed by distro'),
  },
  BP0102: {
    severity: 'error',
    title: 'no requirement is named `{name}`',
    page: 'A view enforces requirements by name. A name that no `require`, `forbid` or `warn` carries would enforce nothing, and nobody would notice.',
    bad: exampleAfter('at firmware sees file enforce { outer, inner }'),
    good: exampleAfter('at firmware sees file enforce { outer }'),
  },
  BP0103: {
    severity: 'error',
    title: '`{name}` is not a kind of layer',
    page: 'The kinds of layers are a closed list, so that a misspelt kind is never taken for one that simply does not occur.',
    bad: exampleBlock('zbot', 'require outer: signed by distro\nimage'),
    good: exampleBlock('zboot', 'require outer: signed by distro\nimage'),
  },
  BP0104: {
    severity: 'error',
    title: 'signers `{name}` are declared twice',
    page: 'A name means one signer set. Two declarations could mean the one, the other, or both together; write the set that is meant, with `signers NAME = { first, second }` for both.',
    bad: exampleStatements(`
signers distro = file "distro.pem"
signers distro = file "vendor.pem"
artifact image {
  require outer: signed by distro
}`),
    good: exampleStatements(`
signers first = file "distro.pem"
signers second = file "vendor.pem"
signers distro = { first, second }
artifact image {
  require outer: signed by distro
}`),
  },
  BP0105: {
    severity: 'error',
    title: 'requirement `{name}` is stated twice in one artifact',
    page: 'The name of a requirement is its identity in reports, tests and waivers, so it is unique within an artifact. The same name in two artifacts is one requirement stated for two shapes.',
    bad: exampleBlock('image', 'require outer: signed by distro\nrequire outer: arch in { arm64 }'),
    good: exampleBlock('image', 'require outer: signed by distro\nrequire machine: arch in { arm64 }'),
  },
  BP0106: {
    severity: 'error',
    title: 'view `{name}` is declared twice',
    page: 'Every enforcement point has one declaration. Two that differ would leave open which one reports speak of.',
    bad: exampleAfter('at firmware sees file enforce { outer }\nat firmware sees image enforce { outer }'),
    good: exampleAfter('at firmware sees file enforce { outer }\nat kexec sees image enforce { outer }'),
  },
  BP0107: {
    severity: 'error',
    title: '`{kind}` has two blocks',
    page: 'A kind of layer has one block of its own, `artifact KIND` or `layer KIND`. To treat a nested layer differently at one place, write an inline block there.',
    bad: examplePolicy(`
artifact image {
  require outer: signed by distro
}
artifact image {
  require machine: arch in { arm64 }
}`),
    good: exampleBlock('image', 'require outer: signed by distro\nrequire machine: arch in { arm64 }'),
  },
  BP0108: {
    severity: 'error',
    title: 'signers `{name}` contain themselves',
    page: 'A set of sets is resolved by following its names. One that leads back to itself has no members of its own to add, so it is always a slip.',
    bad: exampleStatements(`
signers one = { two }
signers two = { one }
artifact image {
  require outer: signed by one
}`),
    good: exampleStatements(`
signers one = { two }
signers two = file "distro.pem"
artifact image {
  require outer: signed by one
}`),
  },
  BP0109: {
    severity: 'error',
    title: '`revoked` is declared twice',
    page: 'What is revoked everywhere is one list. Join several files with `signers` sets and name them together: `revoked = { first, second }`.',
    bad: exampleAfter('revoked = file "dbx.esl"\nrevoked = file "vendor.pem"'),
    good: exampleAfter(
      'signers first = file "dbx.esl"\nsigners second = file "vendor.pem"\nrevoked = { first, second }',
    ),
  },
  BP0110: {
    severity: 'error',
    title: 'no requirement is named `{name}`, so there is nothing to waive',
    page: 'A waiver lifts one requirement by name. A waiver of a requirement that does not exist is a slip, or a leftover that hides that the requirement was renamed.',
    bad: exampleAfter('waive inner until 2027-03-31 because "vendor key is late"'),
    good: exampleAfter('waive outer until 2027-03-31 because "vendor key is late"'),
  },
  BP0111: {
    severity: 'error',
    title: '`revoked` cannot hold the parameter `{name}`',
    page: 'What is revoked everywhere is fixed when the policy is compiled: a caller that binds the parameter to an empty list would lift every revocation. A view can name revocations that the caller binds, with `revoked by NAME`.',
    bad: exampleAfter('param signers dbx\nrevoked = { dbx }'),
    good: exampleAfter('param signers dbx\nat firmware sees file revoked by dbx enforce { outer }'),
  },
  BP0112: {
    severity: 'error',
    title: '`{name}` is reserved',
    page: '`shape` is the requirement that the `otherwise` of every block states, and every view judges it. It cannot be declared or enforced by name, but it can be waived. `nothing` stands for no requirement, in `enforce nothing`.',
    bad: exampleBlock('image', 'require shape: signed by distro'),
    good: exampleBlock('image', 'require outer: signed by distro'),
  },
} as const satisfies Record<string, DiagnosticSpec>;
