import { exampleAfter, exampleBlock, examplePolicy, exampleStatements } from '../examples.ts';
import type { DiagnosticSpec } from '../spec.ts';

const SOUND =
  'policy example\nsigners distro = file "distro.pem"\nartifact image {\n  require outer: signed by distro\n}\n';

/** BP03xx: policies and blocks whose shape means nothing. */
export const SHAPE_CODES = {
  BP0301: {
    severity: 'error',
    title: 'the policy does not say its language',
    page: 'The first line of a policy is `language 1`. It fixes what every word below it means, so that a later version of the language cannot change a policy that was reviewed under this one.',
    bad: SOUND,
    good: `language 1\n${SOUND}`,
  },
  BP0302: {
    severity: 'error',
    title: 'language {version} is not known here',
    page: 'This release knows version 1 of the language. A policy in another version is refused as a whole, because it cannot be known what its words mean.',
    bad: `language 2\n${SOUND}`,
    good: `language 1\n${SOUND}`,
  },
  BP0303: {
    severity: 'error',
    title: 'the policy has no name',
    page: 'The line `policy NAME version N "what it is for"` names the policy in every report. Version and text may be left out, the name may not.',
    bad: `language 1\n${SOUND.replace('policy example\n', '')}`,
    good: `language 1\n${SOUND}`,
  },
  BP0304: {
    severity: 'error',
    title: 'the policy declares no artifact',
    page: 'A policy lists the kinds of files that are acceptable, each as `artifact KIND { … }`. Without one, every file is refused for a reason that no report could explain. A `layer` block is for nested layers only.',
    bad: examplePolicy('layer image {\n  require outer: signed by distro\n}'),
    good: exampleAfter(''),
  },
  BP0305: {
    severity: 'error',
    title: 'the policy requires nothing',
    page: 'No artifact of the policy has a `require`, `forbid` or `warn`, on itself or on a layer inside it. A policy that accepts a file because it asked nothing is the most dangerous kind.',
    bad: exampleStatements('artifact image { }'),
    good: exampleAfter(''),
  },
  BP0306: {
    severity: 'error',
    title: '{layer} is never a whole file',
    page: '`artifact KIND` declares the outermost layer of a file. Kinds that only occur inside others have a block with `layer KIND`, used wherever they are declared.',
    bad: examplePolicy('artifact cmdline {\n  require outer: covered by distro\n}'),
    good: exampleAfter(''),
  },
  BP0307: {
    severity: 'error',
    title: '{parent} never holds {child}',
    page: 'A layer can be declared only inside a kind that can hold it. This one can never be reached, so a requirement on it would never be asked.',
    bad: exampleBlock('zboot', 'require outer: signed by distro\nimage\ncmdline optional'),
    good: exampleBlock('zboot', 'require outer: signed by distro\nimage'),
  },
  BP0308: {
    severity: 'error',
    title: '`{layer}` is declared twice in one block',
    page: 'A block declares each kind of layer once, with one presence and one block. Use `KIND many` for several layers of one kind.',
    bad: exampleBlock('zboot', 'require outer: signed by distro\nimage\nimage optional'),
    good: exampleBlock('zboot', 'require outer: signed by distro\nimage'),
  },
  BP0309: {
    severity: 'error',
    title: 'the block of `{kind}` contains itself',
    page: 'A nested layer without an inline block takes the block of its kind. Here that leads back to the block it stands in, without end. Give the inner layer an inline block that says how deep it goes.',
    bad: exampleBlock('uki', 'require outer: signed by distro\nlinux: one of { image, uki }'),
    good: exampleBlock('uki', 'require outer: signed by distro\nlinux: one of { image }'),
  },
  BP0310: {
    severity: 'error',
    title: 'layers are nested more than {limit} deep',
    page: 'Files are peeled at most 16 layers deep, so a declaration below that is never reached.',
    bad: exampleBlock('uki', `require outer: signed by distro\n${nested(8)}`),
    good: exampleBlock('uki', `require outer: signed by distro\n${nested(6)}`),
  },
  BP0311: {
    severity: 'error',
    title: 'an absent `{layer}` needs no block',
    page: '`absent` says that the layer must not be there. What would hold for its contents is never asked.',
    bad: exampleBlock(
      'uki',
      `
require outer: signed by distro
linux: one of { image }
cmdline absent { require line: covered by distro }`,
    ),
    good: exampleBlock('uki', 'require outer: signed by distro\nlinux: one of { image }\ncmdline absent'),
  },
  BP0312: {
    severity: 'error',
    title: '`otherwise` is said twice in one block',
    page: '`otherwise reject|warn|allow` says what happens to everything that its block does not declare. It is said once, or left out: then it is `reject`.',
    bad: exampleBlock('image', 'require outer: signed by distro\notherwise reject\notherwise warn'),
    good: exampleBlock('image', 'require outer: signed by distro\notherwise warn'),
  },
  BP0313: {
    severity: 'error',
    title: '`{layer}: one of` and a block with layers both say what `{layer}` holds',
    page: '`KIND: one of { … }` is short for a block whose one layer is one of those kinds. Write the one or the other.',
    bad: exampleBlock('uki', 'require outer: signed by distro\nlinux: one of { image } { pe optional }'),
    good: exampleBlock('uki', 'require outer: signed by distro\nlinux: one of { image, pe }'),
  },
  BP0314: {
    severity: 'error',
    title: 'the policy has more than {limit} layers and requirements',
    page: 'A nested layer takes the block of its kind, written out at every place. A policy of a few lines can grow beyond all measure in this way, so the number of layers and requirements is bounded: 65,536 in all.',
    bad: '',
    good: exampleAfter(''),
  },
} as const satisfies Record<string, DiagnosticSpec>;

function nested(levels: number): string {
  return `${'linux { uki { '.repeat(levels)}linux: one of { image }${' } }'.repeat(levels)}`;
}
