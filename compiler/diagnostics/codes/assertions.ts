import { exampleAfter, examplePolicy } from '../examples.ts';
import type { DiagnosticSpec } from '../spec.ts';

const ZBOOT =
  'artifact zboot {\n  require outer: signed by distro\n  require codec: compression in { gzip, zstd }\n  image {\n    require inner: covered by distro\n  }\n}\n';

/** BP08xx: assertions. */
export const ASSERTION_CODES = {
  BP0801: {
    severity: 'error',
    title: '`{word}` does not belong to an assertion',
    page: 'Assertions are a closed list: `assert no uncovered byte at VIEW`, `assert no uncovered KIND at VIEW`, `assert footprint of VIEW decodes only { CODEC, … }` and `assert footprint of VIEW parses only { KIND, … }`. One that is not understood would be believed and never checked.',
    bad: exampleAfter('assert no unprotected byte at file'),
    good: exampleAfter('assert no uncovered byte at file'),
  },
  BP0802: {
    severity: 'error',
    title: 'the assertion ends too early',
    page: 'Assertions are a closed list, and each is said in full, with the view that it is about.',
    bad: exampleAfter('assert no uncovered byte'),
    good: exampleAfter('assert no uncovered byte at file'),
  },
  BP0803: {
    severity: 'error',
    title: '{layer} can be uncovered at {view}',
    page: 'The policy accepts files of which the view loads, executes or obeys this layer although no requirement that it enforces covers it, whatever the file. So the assertion is wrong of the policy itself. `bootpol gap` shows all such layers. State a requirement that asks for the bytes of the layer, and enforce it; or declare the layer `absent`.',
    bad: examplePolicy(
      `${ZBOOT}at kexec sees file loads { zboot, image } enforce { codec }\nat firmware sees file enforce { outer, inner }\nassert no uncovered byte at kexec`,
    ),
    good: examplePolicy(
      `${ZBOOT}at kexec sees file loads { zboot, image } enforce { codec, outer, inner }\nassert no uncovered byte at kexec`,
    ),
  },
  BP0804: {
    severity: 'error',
    title: '{view} must {verb} {names}, which the assertion does not list',
    page: 'What a view must carry follows from what it sees, loads and enforces; `bootpol footprint` shows it. The policy asks for more than the assertion grants. Rule formats and compressions out by requirements that the view enforces, or list them.',
    bad: examplePolicy(
      `${ZBOOT}at kexec sees file loads { zboot, image } enforce { codec, outer, inner }\nassert footprint of kexec decodes only { gzip }`,
    ),
    good: examplePolicy(
      `${ZBOOT}at kexec sees file loads { zboot, image } enforce { codec, outer, inner }\nassert footprint of kexec decodes only { gzip, zstd }`,
    ),
  },
} as const satisfies Record<string, DiagnosticSpec>;
