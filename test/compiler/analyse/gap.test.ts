import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { policyGaps } from '../../../compiler/index.ts';
import { compile } from '../../../index.ts';
import { planOf, policyText } from '../fixtures.ts';

/** The gaps of the last view, as `path because`. */
function gapsOf(text: string): readonly string[] {
  const views = policyGaps(planOf(policyText(text)));
  return views[views.length - 1]?.gaps.map(({ path, because }) => `${path} ${because}`) ?? [];
}

const UKI = `artifact uki {
  require envelope: signed by distro
  require arch: arch in { arm64 }
  linux: image
  initrd optional { require rd: covered by distro }
  otherwise allow
}
layer image { require inner: signed by distro }
`;

describe('what a policy leaves unprotected', () => {
  it.each([
    [
      'nothing, where a signature around everything is asked for',
      'at v sees file loads { uki } enforce { envelope }',
      [],
    ],
    [
      'what lies beside the layer that the view sees',
      'at v sees image loads { image } enforce { inner }',
      ['uki/initrd', 'uki/ucode', 'uki/cmdline', 'uki/dtb', 'uki/dtbauto', 'uki/efifw'].map((path) => `${path} unseen`),
    ],
    [
      'no initrd that is refused because nothing out there can cover it',
      'at v sees image loads { image } enforce { inner, rd }',
      ['uki/ucode', 'uki/cmdline', 'uki/dtb', 'uki/dtbauto', 'uki/efifw'].map((path) => `${path} unseen`),
    ],
    [
      'sections that `otherwise allow` lets through',
      'at v sees file loads { uki, image } enforce { inner, rd }',
      ['uki/ucode', 'uki/cmdline', 'uki/dtb', 'uki/dtbauto', 'uki/efifw'].map((path) => `${path} unasked`),
    ],
    ['the file, where only a property is asked for', 'at v sees file enforce { arch }', ['uki unasked']],
    ['everything, where nothing is enforced', 'at v sees file enforce nothing', ['file unasked']],
    [
      'the initrd beside it too, where one is taken',
      'at v sees file beside initrd enforce nothing',
      ['file unasked', 'beside/initrd unasked'],
    ],
  ])('%s', (_what, view, expected) => {
    expect(gapsOf(`${UKI}${view}`)).toEqual(expected);
  });

  it.each([
    ['any of {\n signed by distro\n nx-compat\n }', ['image unasked']],
    ['any of {\n signed by distro\n covered by distro\n }', []],
    ['all of {\n signed by distro\n nx-compat\n }', []],
    ['none of {\n signed by distro\n }', ['image unasked']],
    [`sha256 in { sha256:${'0'.repeat(64)} }`, []],
    ['size <= 64 MiB', ['image unasked']],
  ])('counts `%s` for what it makes sure of', (condition, expected) => {
    expect(gapsOf(`artifact image {\n require r: ${condition}\n}\nat v sees file enforce { r }`)).toEqual(expected);
  });

  it.each(['warn r: signed by distro', 'forbid r: signed by distro', 'require r from 2030-01-01: signed by distro'])(
    'does not count `%s`',
    (requirement) => {
      expect(gapsOf(`artifact image {\n ${requirement}\n}\nat v sees file enforce { r }`)).toEqual(['image unasked']);
    },
  );

  it.each([
    ['uki-parser', []],
    ['bpf-loader', []],
    ['firmware-alone', ['beside/initrd']],
    ['status-quo-raw', ['beside/initrd']],
    ['ima-appraisal', []],
  ])('of %s is { %s }', (policy, expected) => {
    const { plan } = compile(readFileSync(`policies/kexec/${policy}.bootpol`, 'utf8'));
    expect(plan === null ? null : policyGaps(plan).flatMap(({ gaps }) => gaps.map(({ path }) => path))).toEqual(
      expected,
    );
  });
});
