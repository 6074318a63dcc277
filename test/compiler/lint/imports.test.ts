import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../../compiler/index.ts';
import { policyText } from '../fixtures.ts';
import { checkWith, importOf } from '../import-case.ts';

const FILE = 'base.bootpol';
const OWN = 'artifact zboot {\n  require own: nx-compat\n  image optional\n}';

/** What is found in a policy that imports a file, of which everything works without faults. */
function found(base: string, statements: string): readonly Diagnostic[] {
  const files = { [FILE]: `language 1\npolicy base\n${base}\n` };
  const { plan, diagnostics } = checkWith(policyText(`${importOf(FILE, files)}\n${statements}`), files);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(plan).not.toBeNull();
  // That these small policies leave signers unused and declare few layers is beside the point.
  return diagnostics.filter(({ code }) => code !== 'BP0502' && code !== 'BP0509');
}

function codes(base: string, statements: string): readonly string[] {
  return found(base, statements).map(({ code }) => code);
}

describe('lints of a policy that imports another', () => {
  test.each([
    [
      'no view enforces an imported requirement',
      'BP0501',
      'artifact zboot {\n  require a: size <= 9\n}',
      `${OWN}\nat x sees file enforce { own }`,
    ],
    [
      'nothing of its own is required of a layer',
      'BP0503',
      'artifact pe {\n  require a: size <= 9\n}',
      `${OWN}\nartifact pe { }`,
    ],
    [
      'another imported one asks for more',
      'BP0512',
      'artifact zboot {\n  require a: size <= 9\n}',
      'artifact zboot {\n  require own: nx-compat\n  require mine: size <= 10\n}',
    ],
    [
      'no view enforces what is waived',
      'BP0513',
      'artifact zboot {\n  require a: size <= 9\n}',
      `${OWN}\nat x sees file enforce nothing\nwaive a until 2099-01-01 because "x"`,
    ],
    [
      'a `warn` is waived',
      'BP0514',
      'artifact zboot {\n  warn a: size <= 9\n}',
      `${OWN}\nwaive a until 2099-01-01 because "x"`,
    ],
    [
      'a view is never handed what it enforces',
      'BP0519',
      'artifact zboot {\n  require a: nx-compat\n}',
      `artifact zboot {\n  require own: nx-compat\n  image {\n    require in: size <= 9\n  }\n}\nat x sees file enforce { own, in }\nat k sees image enforce { in, a }`,
    ],
    [
      'no view covers the command line',
      'BP0520',
      'artifact uki {\n  cmdline {\n    require a: size <= 9\n  }\n}',
      'artifact uki {\n  require own: nx-compat\n  linux\n  cmdline\n}',
    ],
    [
      'something undeclared is let through, without a view',
      'BP0521',
      'artifact zboot {\n  require a: size <= 9\n}',
      'artifact zboot {\n  require own: nx-compat\n  otherwise allow\n}',
    ],
    [
      'a view must decode what a requirement rules out',
      'BP0522',
      'artifact zboot {\n  require codec: compression in { gzip }\n  image {\n    require in: size <= 9\n  }\n}',
      `artifact zboot {\n  require own: nx-compat\n  image {\n    require mine: size >= 1\n  }\n}\nat x sees file enforce { own, codec, in, mine }\nat k sees file enforce { mine }`,
    ],
    [
      'a name is nearly an imported one',
      'BP0525',
      'artifact zboot {\n  require enveloppe: size <= 9\n}',
      'artifact zboot {\n  require envelope: nx-compat\n}',
    ],
    ['a signer set is nearly an imported one', 'BP0525', 'param signers distra', OWN],
  ])('warn when %s (%s)', (_, code, base, statements) => {
    expect(codes(base, statements)).toEqual([code]);
  });

  test.each([
    ['a view enforces it', 'artifact zboot {\n  require a: size <= 9\n}', `${OWN}\nat x sees file enforce { own, a }`],
    [
      'it is about layers that the policy does not have',
      'artifact uki {\n  require a: size <= 9\n}',
      `${OWN}\nat x sees file enforce { own }`,
    ],
    [
      'it is about such layers, and is enforced for the day when there are some',
      'artifact uki {\n  require a: size <= 9\n}',
      `${OWN}\nat x sees file enforce { own, a }`,
    ],
    [
      'something of its own is required in a layer that imports speak of',
      'artifact zboot {\n  require a: size <= 9\n}',
      'artifact zboot {\n  image {\n    require own: size <= 9\n  }\n}',
    ],
    [
      'without it the policy would ask for nothing itself',
      'artifact zboot {\n  require a: size <= 9\n}',
      'artifact zboot {\n  require mine: size <= 10\n}',
    ],
    [
      'a view would ask for nothing itself',
      'artifact zboot {\n  require a: size <= 9\n}',
      'artifact zboot {\n  require own: nx-compat\n  require mine: size <= 10\n}\nat x sees file enforce { own, mine, a }\nat y sees file enforce { mine, a }',
    ],
    [
      'the imported one asks for less',
      'artifact zboot {\n  require a: size <= 10\n}',
      'artifact zboot {\n  require own: nx-compat\n  require mine: size <= 9\n}',
    ],
    [
      'the imported one can be waived',
      'artifact zboot {\n  require a: size <= 9\n}',
      'artifact zboot {\n  require own: nx-compat\n  require mine: size <= 10\n}\nwaive a until 2099-01-01 because "x"',
    ],
    [
      'the imported one stands at one place of two',
      'artifact zboot {\n  image {\n    require a: size <= 9\n  }\n}',
      'artifact image {\n  require own: size >= 1\n  require mine: size <= 10\n}\nartifact zboot {\n  require outer: nx-compat\n  image\n}',
    ],
    [
      'a waived requirement is enforced and refuses',
      'artifact zboot {\n  require a: size <= 9\n}',
      `${OWN}\nat x sees file enforce { own, a }\nwaive a until 2099-01-01 because "x"`,
    ],
    [
      'a view is handed what it enforces',
      'artifact zboot {\n  image {\n    require a: size <= 9\n  }\n}',
      `artifact zboot {\n  require own: nx-compat\n  image {\n    require in: size >= 1\n  }\n}\nat x sees file enforce { own, in }\nat k sees image enforce { in, a }`,
    ],
    [
      'a view has an initrd beside it, of which it is',
      'layer initrd {\n  require a: size <= 9\n}',
      `${OWN}\nartifact initrd {\n  require rd: size >= 1\n}\nat k sees { zboot, initrd } beside initrd enforce { own, rd, a }`,
    ],
    [
      'an imported requirement covers the command line',
      'artifact uki {\n  cmdline {\n    require a: covered by ring\n  }\n}\nparam signers ring',
      'artifact uki {\n  require own: nx-compat\n  linux\n  cmdline\n}',
    ],
    [
      'a view has the decoders that an imported requirement means',
      'artifact zboot {\n  require codec: compression in { gzip }\n}',
      `artifact zboot {\n  require own: nx-compat\n  image {\n    require mine: size >= 1\n  }\n}\nat k sees file enforce { own, mine, codec }`,
    ],
    [
      'names of imported files are alike among themselves',
      'artifact zboot {\n  require enveloppe: size <= 9\n  require envelope: size <= 8\n}',
      OWN,
    ],
  ])('say nothing when %s', (_, base, statements) => {
    expect(codes(base, statements)).toEqual([]);
  });

  test('show the other place in its own file', () => {
    const [warning] = found(
      'artifact zboot {\n  require a: size <= 9\n}',
      'artifact zboot {\n  require own: nx-compat\n  require mine: size <= 10\n}',
    );
    expect(warning?.labels.map(({ source }) => source?.name)).toEqual([undefined, FILE]);
    const [slip] = found('param signers distra', OWN);
    expect(slip?.labels.map(({ source }) => source?.name)).toEqual([undefined, FILE]);
  });

  test('say why imported requirements are not enough', () => {
    const [warning] = found('artifact pe {\n  require a: size <= 9\n}', `${OWN}\nartifact pe { }`);
    expect(warning?.notes.join()).toContain('every view refuses such a file');
    const [other] = found('artifact uki {\n  require a: size <= 9\n}', `${OWN}\nartifact pe { }`);
    expect([other?.code, other?.notes]).toEqual(['BP0503', []]);
  });
});
