import { describe, expect, test } from 'vitest';
import type { PlanBlock } from '../../../compiler/index.ts';
import { policyText } from '../fixtures.ts';
import { checkWith, importOf } from '../import-case.ts';

const OWN = 'artifact zboot { require outer: signed by distro  image }';

/** Two spaces stand for a line end, at which alone a nested layer begins. */
function imported(base: string, own = OWN, more = '') {
  const files = { base: `language 1\npolicy base\n${lines(base)}\n` };
  return checkWith(policyText(`${lines(own)}\n${importOf('base', files)}\n${more}`), files);
}

function lines(text: string): string {
  return text.replaceAll('  ', '\n');
}

/** Every requirement with the path of its block, and every layer that is not simply declared. */
function places(blocks: readonly PlanBlock[] | undefined, above = ''): readonly string[] {
  return (blocks ?? []).flatMap((block) => {
    const path = `${above}${block.kind}`;
    const stated = block.requirements.map(({ name, origin }) => `${path}: ${name}${origin === 'own' ? '' : ' +'}`);
    const children = block.children.flatMap(({ presence, alternatives, section }) => [
      ...(presence === 'required' ? [] : [`${path}/${section ?? alternatives[0]?.kind ?? ''} ${presence}`]),
      ...places(alternatives, `${path}/`),
    ]);
    return [...stated, ...children];
  });
}

describe('what an import adds', () => {
  test('are requirements, at the same places', () => {
    const { plan } = imported('artifact zboot { require a: size <= 1 GiB  image { require b: size <= 1 GiB } }');
    expect(places(plan?.artifacts)).toEqual(['zboot: outer', 'zboot: a +', 'zboot/image: b +']);
  });

  test('is no artifact, and no layer', () => {
    const { plan } = imported(
      'artifact image { require a: size <= 1 GiB }\nartifact zboot { require b: size <= 1 GiB  image  section ".x" optional }',
    );
    expect(places(plan?.artifacts)).toEqual(['zboot: outer', 'zboot: b +', 'zboot/image: a +']);
  });

  test('holds where the policy does not declare the layer, without declaring it', () => {
    const { plan } = imported(
      'artifact zboot { require a: size <= 1 GiB  image { require b: size <= 1 GiB } }',
      'artifact zboot { require outer: signed by distro  otherwise allow }',
    );
    expect(places(plan?.artifacts)).toEqual([
      'zboot: outer',
      'zboot: a +',
      'zboot/image undeclared',
      'zboot/image: b +',
    ]);
  });

  test('is a block of a kind wherever the kind is nested, beside an inline block of the policy', () => {
    const own = `artifact uki {
  require outer: signed by distro
  linux { zboot { require codec: compression in { gzip }  image } }
}`;
    const { plan } = imported('artifact zboot { require a: size <= 1 GiB  image }', own);
    expect(places(plan?.artifacts)).toEqual(['uki: outer', 'uki/linux/zboot: codec', 'uki/linux/zboot: a +']);
  });

  test('is an inline block in place of the block of its kind', () => {
    const base = 'layer image { require a: size <= 1 GiB }\nartifact zboot { image { require b: size <= 1 GiB } }';
    expect(places(imported(base).plan?.artifacts)).toEqual(['zboot: outer', 'zboot/image: b +']);
  });

  test.each([
    ['optional', 'uki/initrd absent'],
    ['many', 'uki/initrd absent'],
    ['absent', 'uki/initrd absent'],
  ])('is `absent`, of a layer that the policy declares as %s', (presence, expected) => {
    const own = `artifact uki { require outer: signed by distro  linux: one of { image }  initrd ${presence} }`;
    const { plan } = imported('artifact uki { linux: one of { image }, initrd absent }', own);
    expect(places(plan?.artifacts)).toContain(expected);
  });

  test('is `absent` of a layer that the policy does not declare, and of one of several kinds', () => {
    const own = 'artifact uki { require outer: signed by distro  linux: one of { image, zboot }  otherwise allow }';
    const { plan } = imported('artifact uki { linux { zboot absent }, initrd absent }', own);
    const linux = plan?.artifacts[0]?.children[0]?.alternatives[0];
    expect(linux?.children.map((child) => [child.presence, child.alternatives.map(({ kind }) => kind)])).toEqual([
      ['required', ['image']],
      ['absent', ['zboot']],
    ]);
    expect(places(plan?.artifacts)).toContain('uki/initrd absent');
  });

  test('keeps what the policy asks of a layer that the import refuses', () => {
    const own = `artifact uki {
  require outer: signed by distro
  linux: one of { image }
  initrd optional { require rd: covered by distro }
}`;
    const { plan } = imported('artifact uki { linux: one of { image }, initrd absent }', own);
    expect(places(plan?.artifacts)).toContain('uki/initrd: rd');
  });

  test('is asked of a layer that the policy says is absent: a view may not see that it is there', () => {
    const own = 'artifact uki { require outer: signed by distro  linux: one of { image }  initrd absent }';
    const { plan } = imported('artifact uki { linux: one of { image }, initrd { require rd: size <= 1 GiB } }', own);
    expect(places(plan?.artifacts)).toContain('uki/initrd: rd +');
  });

  test('are no views, waivers, tests and assertions', () => {
    const base = `artifact zboot { require a: size <= 1 GiB  image }
at kexec sees file enforce { a }
waive shape until 2099-01-01 because "the base says so"
test "t" { given zboot  expect accept }
assert no uncovered byte at kexec`;
    const { plan, tests } = imported(base);
    expect(plan?.views.map(({ name, enforce }) => [name, enforce])).toEqual([['file', ['outer', 'a']]]);
    expect([plan?.waivers, plan?.assertions, tests?.tests]).toEqual([[], [], []]);
  });

  test('are signers and params, for the policy to use, without a warning for those that it does not', () => {
    const { plan, diagnostics } = imported(
      'signers vendor = file "v.pem"\nparam signers ring\nsigners both = { vendor, ring }',
    );
    expect(diagnostics).toEqual([]);
    expect(plan?.signers.find(({ name }) => name === 'both')).toMatchObject({ includes: ['ring'] });
  });
});

describe('revocations of an imported file', () => {
  test('hold for its own signers and for no others', () => {
    const { plan } = imported('signers vendor = file "v.pem"\nrevoked = file "dbx.esl"');
    expect(plan?.revoked).toEqual([]);
    expect(plan?.signers.map(({ name, revoked }) => [name, revoked.length])).toEqual([
      ['vendor', 1],
      ['distro', 0],
    ]);
  });

  test('go with a signer set into the sets that join it', () => {
    const own = 'signers all-of-us = { distro, vendor }\nartifact image { require r: signed by all-of-us }';
    const { plan } = imported('signers vendor = file "v.pem"\nrevoked = file "dbx.esl"', own);
    expect(plan?.signers.find(({ name }) => name === 'all-of-us')?.revoked).toHaveLength(1);
  });
});

describe('names across files', () => {
  test.each([
    ['artifact zboot { require outer: size <= 1 GiB  image }', ['BP0707']],
    ['artifact image { require outer: size <= 1 GiB }', ['BP0707']],
    ['signers distro = file "d.pem"', ['BP0707']],
    ['param signers distro', ['BP0707']],
    ['artifact zboot { require another: size <= 1 GiB  image }', []],
  ])('have one meaning: %s', (base, expected) => {
    expect(imported(base).diagnostics.map(({ code }) => code)).toEqual(expected);
  });

  test('have one meaning in two imports too', () => {
    const files = {
      a: 'language 1\npolicy a\nsigners vendor = file "a.pem"\n',
      b: 'language 1\npolicy b\nsigners vendor = file "b.pem"\n',
    };
    const { diagnostics } = checkWith(
      policyText(`${lines(OWN)}\n${importOf('a', files)}\n${importOf('b', files)}`),
      files,
    );
    expect(diagnostics.map(({ code }) => code)).toEqual(['BP0707']);
  });

  test('of imported requirements can be enforced, waived and expected', () => {
    const more = `at kexec sees file enforce { outer, a }
waive a until 2099-01-01 because "later"
test "t" { given zboot  expect reject at kexec because a }`;
    const { diagnostics } = imported('artifact zboot { require a: size <= 1 GiB  image }', OWN, more);
    expect(diagnostics).toEqual([]);
  });

  test('of imported requirements that no view enforces are warned of, at the import', () => {
    const { diagnostics } = imported(
      'artifact zboot { require a: size <= 1 GiB  image }',
      OWN,
      'at kexec sees file enforce { outer }',
    );
    expect(diagnostics.map(({ code, notes }) => [code, notes])).toEqual([['BP0501', ['it is stated in base']]]);
  });

  test('an imported requirement does not make up for a policy that requires nothing itself', () => {
    const base = 'artifact zboot { require a: size <= 1 GiB  image }';
    expect(imported(base, 'artifact zboot { image }').diagnostics.map(({ code }) => code)).toContain('BP0305');
  });

  test('an imported block that contains itself ends at the limit of nesting', () => {
    const own = 'artifact uki { require outer: signed by distro  linux { uki { otherwise allow } } }';
    const base = 'layer uki { require u: size <= 1 GiB  linux: one of { uki } }';
    expect(imported(base, own).diagnostics.map(({ code }) => code)).toEqual(['BP0310']);
  });
});
