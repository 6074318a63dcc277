import { exampleAfter, exampleBlock } from '../examples.ts';
import type { DiagnosticSpec } from '../spec.ts';

/** Digests of the files that the examples import; `scripts/example-imports.ts` has their texts. */
const BASE = 'sha256:fc15d271857390f3a3b101c17177af1c4902f3ecfba473f3b4d4577be9c83454';
const SEALED = 'sha256:7c44cc812682cf8730dd57c948d7066ec0541cd8255d45ddb12d205132eb1b44';
const EMPTY = 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const GOOD = exampleAfter(`import "base.bootpol" ${BASE}`);

/** BP07xx: imports. */
export const IMPORT_CODES = {
  BP0701: {
    severity: 'error',
    title: 'cannot read `{path}`: {fault}',
    page: 'An imported policy adds requirements. Without it the policy would accept more than its author allows, so the policy is refused as a whole. Paths are relative to the file that states the import.',
    bad: exampleAfter(`import "missing.bootpol" ${BASE}`),
    good: GOOD,
  },
  BP0702: {
    severity: 'error',
    title: 'the import of `{path}` states no digest',
    page: 'An import is locked: it names the SHA-256 of the file that was reviewed, so that nobody can change a policy by changing another file. `bootpol lock` writes it.',
    bad: exampleAfter('import "base.bootpol"'),
    good: GOOD,
  },
  BP0703: {
    severity: 'error',
    title: '`{path}` is not the file that the import states',
    page: 'The file has another SHA-256 than the import states: it was changed since it was locked. Nothing of it is read. Review the change, then write the new digest with `bootpol lock`.',
    bad: exampleAfter(`import "base.bootpol" ${EMPTY}`),
    good: GOOD,
  },
  BP0704: {
    severity: 'error',
    title: '`{path}` is an absolute path',
    page: 'The path of an import is relative to the file that states it, so that policies can be moved together and mean the same everywhere. It may lead out of the folder with `..`.',
    bad: exampleAfter(`import "/etc/bootpol/base.bootpol" ${BASE}`),
    good: GOOD,
  },
  BP0705: {
    severity: 'error',
    title: '`{path}` imports itself',
    page: 'A file that imports itself, also by way of others, can add nothing to itself. Its digest could never be right either.',
    bad: exampleAfter(`import "policy.bootpol" ${EMPTY}`),
    good: GOOD,
  },
  BP0706: {
    severity: 'error',
    title: 'imports of more than {limit}',
    page: 'Imports are followed at most 16 levels deep, and a policy can be made of at most 64 imported files. The same file reached by several ways is one.',
    bad: '',
    good: GOOD,
  },
  BP0707: {
    severity: 'error',
    title: '{noun} `{name}` of `{path}` is declared elsewhere too',
    page: 'A name has one meaning in a policy and everything that it imports. Otherwise it would be open which one a view enforces or a condition trusts. Rename one of the two; or declare signers in one file that both import.',
    bad: GOOD.replace('require outer', 'require small'),
    good: GOOD,
  },
  BP0708: {
    severity: 'error',
    title: '`{layer}` is required here, and absent in `{path}`',
    page: 'An imported `absent` refuses every file that has the layer, and the policy itself every file that has not. Nothing is left to accept.',
    bad: `${exampleBlock('uki', 'require outer: signed by distro\nlinux: one of { image }\ninitrd')}import "sealed.bootpol" ${SEALED}\n`,
    good: `${exampleBlock('uki', 'require outer: signed by distro\nlinux: one of { image }\ninitrd optional')}import "sealed.bootpol" ${SEALED}\n`,
  },
} as const satisfies Record<string, DiagnosticSpec>;
