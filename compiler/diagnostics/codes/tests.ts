import { exampleAfter } from '../examples.ts';
import type { DiagnosticSpec } from '../spec.ts';

/** An example policy with one test. */
function exampleTest(lines: string): string {
  const indented = lines.split('\n').map((line) => `  ${line}\n`);
  return exampleAfter(`test "an example" {\n${indented.join('')}}`);
}

/** BP061x: tests that give or expect what cannot be. */
export const TEST_CODES = {
  BP0611: {
    severity: 'error',
    title: 'test "{title}" gives no image',
    page: 'A test forges the images that its `given` lines describe and judges them. Without one there is nothing to judge, and whatever the test expects would be met.',
    bad: exampleTest('expect reject'),
    good: exampleTest('given image\nexpect reject because outer'),
  },
  BP0612: {
    severity: 'error',
    title: 'test "{title}" expects nothing',
    page: 'A test without an `expect` line passes whatever the policy says of its image, so it tests nothing.',
    bad: exampleTest('given image signed by distro'),
    good: exampleTest('given image signed by distro\nexpect accept'),
  },
  BP0613: {
    severity: 'error',
    title: '{layer} cannot be signed itself',
    page: 'Only PE/COFF files carry signatures of their own: zboot, UKI, addon, Image, bzImage and other EFI programs. Everything inside is covered by the signature of one of these around it. To an initrd a signature can be appended, which its braces say: `scheme appended`.',
    bad: exampleTest('given initrd signed by distro\nexpect reject'),
    good: exampleTest('given initrd signed by distro { scheme appended }\nexpect reject'),
  },
  BP0614: {
    severity: 'error',
    title: '`{name}` is nothing that can be said of {layer} in a test',
    page: 'Inside the braces of a given layer stand the layers in it and properties that the forge can make. The list of properties is in the reference of the language, under "Tests".',
    bad: exampleTest('given image { damagd }\nexpect reject'),
    good: exampleTest('given image signed by distro { altered }\nexpect reject'),
  },
  BP0615: {
    severity: 'error',
    title: '`{name}` takes {wanted}',
    page: 'Each property of a given layer takes a value of one kind: a word of a closed list, a number of bytes, the name of a signer set, or nothing. A section takes its text, or `absent` to leave it out.',
    bad: exampleTest('given image { size }\nexpect reject'),
    good: exampleTest('given image { size 1 MiB }\nexpect reject'),
  },
  BP0616: {
    severity: 'error',
    title: 'no view is named `{name}`',
    page: 'An expectation can be about one enforcement point: `expect reject at NAME`. Without `at` it is about the verdict of the file, the worst of all views. A policy that declares no view has one named `file`.',
    bad: exampleTest('given image\nexpect reject at firmwear'),
    good: exampleTest('given image\nexpect reject at file'),
  },
  BP0617: {
    severity: 'error',
    title: '`accept` has no requirement as its reason',
    page: '`because` names requirements that are violated, undecided, waived or warned of. An image that is accepted plainly has none of these.',
    bad: exampleTest('given image signed by distro\nexpect accept because outer'),
    good: exampleTest('given image signed by distro\nexpect accept'),
  },
} as const satisfies Record<string, DiagnosticSpec>;
