import { describe, expect, it } from 'vitest';
import type { Plan, PlanBlock, PlanChild } from '../../../compiler/index.ts';
import { OPTIONS, planOf, policyText } from '../fixtures.ts';

describe('blocks in the plan', () => {
  it('give a nested layer the block of its kind', () => {
    const plan = planOf(policyText('artifact zboot {\n image\n}\nlayer image { require inner: signed by distro }'));
    expect(plan.artifacts.map(({ kind }) => kind)).toEqual(['zboot']);
    expect(namesOf(childBlock(plan.artifacts[0], 'image'))).toEqual(['inner']);
  });

  it('let an inline block replace the block of the kind', () => {
    const plan = planOf(
      policyText(
        'artifact image { require outer: signed by distro }\nartifact zboot { image { require inner: signed by distro } }',
      ),
    );
    const zboot = plan.artifacts.find(({ kind }) => kind === 'zboot');
    expect(namesOf(childBlock(zboot, 'image'))).toEqual(['inner']);
  });

  it('write `linux: one of { … }` as a section whose one child is one of the kinds', () => {
    const plan = planOf(
      policyText(
        'artifact uki {\n require r: signed by distro\n linux: one of { zboot, bzimage }\n}\nartifact zboot {\n require z: signed by distro\n image\n}',
      ),
    );
    const linux = childBlock(plan.artifacts[0], 'linux');
    const [program] = linux?.children ?? [];
    expect(linux).toMatchObject({ kind: 'linux', requirements: [], otherwise: 'reject' });
    expect(linux?.children).toHaveLength(1);
    expect(program?.presence).toBe('required');
    expect(program?.alternatives.map((block) => [block.kind, namesOf(block)])).toEqual([
      ['zboot', ['z']],
      ['bzimage', []],
    ]);
  });

  it('take `linux: KIND` for one of one', () => {
    const one = planOf(policyText('artifact uki {\n require r: signed by distro\n linux: image\n}'));
    const of = planOf(policyText('artifact uki {\n require r: signed by distro\n linux: one of { image }\n}'));
    expect(one.digest).toBe(of.digest);
  });

  it('keep the presence of children and the names of sections', () => {
    const plan = planOf(
      policyText(
        'artifact uki {\n require r: signed by distro\n linux: image\n initrd optional\n cmdline absent\n dtbauto many\n section ".foo" optional\n}',
      ),
    );
    const presences = plan.artifacts[0]?.children.map((child) => [
      child.section ?? child.alternatives[0]?.kind,
      child.presence,
    ]);
    expect(presences).toEqual([
      ['linux', 'required'],
      ['initrd', 'optional'],
      ['cmdline', 'absent'],
      ['dtbauto', 'many'],
      ['.foo', 'optional'],
    ]);
  });

  it('declare what a format always has: archives of an initrd, the kernel inside a bzImage', () => {
    const plan = planOf(
      policyText('artifact initrd { require r: covered by distro }\nartifact bzimage { require b: signed by distro }'),
    );
    expect(plan.artifacts.map(({ children }) => children.map(summary))).toEqual([['cpio many'], ['vmlinux optional']]);
  });

  it('use the block of an implied layer, and leave a declared one alone', () => {
    const block = policyText(
      'artifact bzimage { require b: signed by distro }\nlayer vmlinux { require v: covered by distro }',
    );
    expect(namesOf(childBlock(planOf(block).artifacts[0], 'vmlinux'))).toEqual(['v']);
    const declared = policyText('artifact initrd {\n require r: covered by distro\n cpio\n}');
    expect(planOf(declared).artifacts[0]?.children.map(summary)).toEqual(['cpio required']);
  });

  it('number requirements once each, at every place', () => {
    const plan = planOf(
      policyText(
        'artifact uki {\n require r: signed by distro\n linux: one of { zboot, image }\n}\nartifact zboot {\n require z: signed by distro\n image\n}\nartifact image { require i: signed by distro }',
      ),
    );
    const ids = plan.artifacts.flatMap(idsOf);
    expect([...ids].sort((a, b) => a - b)).toEqual(ids.map((_, index) => index));
    expect(ids).toHaveLength(7);
  });

  it('keep `otherwise`, `from`, mode and place', () => {
    const plan = planOf(
      policyText('artifact image {\n warn later from 2027-01-01: signed by distro\n otherwise warn\n}'),
    );
    expect(plan.artifacts[0]?.otherwise).toBe('warn');
    expect(plan.artifacts[0]?.requirements[0]).toMatchObject({
      mode: 'warn',
      from: '2027-01-01',
      place: { file: 'distro.bootpol', line: 5, column: 2 },
    });
  });
});

describe('conditions in the plan', () => {
  it('default every constraint', () => {
    expect(conditionOf('signed by distro')).toEqual({
      kind: 'signed',
      signers: 'distro',
      constraints: {
        scheme: 'authenticode',
        digests: null,
        keys: null,
        validity: 'profile',
        count: 1,
        timestamped: false,
      },
    });
  });

  it('carry every constraint', () => {
    const condition = conditionOf(
      'allowed by distro { digest in { sha384, sha256 }  key rsa >= 2048  key ec >= 256  valid at signing  count >= 2  timestamped  scheme authenticode }',
    );
    expect(condition).toMatchObject({
      kind: 'allowed',
      constraints: {
        digests: ['sha384', 'sha256'],
        keys: [
          { family: 'rsa', leastBits: 2048 },
          { family: 'ec', leastBits: 256 },
        ],
        validity: 'at-signing',
        count: 2,
        timestamped: true,
      },
    });
  });

  it.each([
    ['arch in { arm64, riscv64 }', 'arch', { kind: 'words-in', words: ['arm64', 'riscv64'] }, null],
    ['size <= 64 MiB', 'size', { kind: 'at-most', value: 67108864 }, null],
    ['size >= 5', 'size', { kind: 'at-least', value: 5 }, null],
    ['nx-compat', 'nx-compat', { kind: 'flag' }, null],
    ['sbat shim >= 4', 'sbat', { kind: 'at-least', value: 4 }, 'shim'],
    [
      `sha256 in { sha256:${'a'.repeat(64)} }`,
      'sha256',
      { kind: 'digest-in', digests: [{ algorithm: 'sha256', hex: 'a'.repeat(64) }] },
      null,
    ],
  ])('give `%s` its test', (text, property, test, argument) => {
    expect(conditionOf(text)).toEqual({ kind: 'property', property, argument, test });
  });

  it('nest groups', () => {
    expect(conditionOf('none of { any of { nx-compat }, all of { covered by distro } }')).toMatchObject({
      kind: 'none',
      conditions: [
        { kind: 'any', conditions: [{ kind: 'property' }] },
        { kind: 'all', conditions: [{ kind: 'covered', signers: 'distro' }] },
      ],
    });
  });
});

describe('signers in the plan', () => {
  it('flatten sets, join each anchor once, and name the parameters to join in', () => {
    const plan = planOf(
      'language 1\npolicy p\nsigners a = file "a"\nsigners b = file "b"\nparam signers ring\nsigners ab = { a, b }\nsigners most = { a, ab, ring }\nsigners all-of-us = { most }\nartifact image { require r: signed by all-of-us }\n',
    );
    const all = plan.signers.find(({ name }) => name === 'all-of-us');
    expect(all?.anchors).toHaveLength(2);
    expect(all).toMatchObject({ param: false, includes: ['ring'] });
    expect(plan.signers.find(({ name }) => name === 'ring')).toEqual({
      name: 'ring',
      param: true,
      includes: [],
      anchors: [],
      revoked: [],
    });
  });

  it('hold what is revoked by value', () => {
    const plan = planOf(
      policyText('signers a = file "dbx"\nrevoked = { a }\nartifact image { require r: signed by distro }'),
    );
    expect(plan.revoked).toMatchObject([{ kind: 'certificate', subject: 'CN=dbx' }]);
  });
});

describe('views in the plan', () => {
  it('are one that sees the file and enforces everything, when none is declared', () => {
    const [view, ...others] = planOf(
      policyText('artifact image {\n require a: signed by distro\n forbid b: writable-code\n}'),
    ).views;
    expect(others).toEqual([]);
    expect(view).toMatchObject({
      name: 'file',
      sees: { kind: 'file' },
      like: 'strict',
      loads: null,
      enforce: ['a', 'b'],
      enforcesNothing: false,
    });
  });

  it('carry their clauses', () => {
    const text = policyText(
      'param signers dbx\nartifact zboot {\n require z: signed by distro\n image\n}\nat k sees { zboot, image } trimmed beside initrd loads { image } revoked by dbx enforce { z }\nat f sees file enforce nothing',
    );
    expect(planOf(text).views).toMatchObject([
      {
        name: 'k',
        sees: { kind: 'layers', kinds: ['zboot', 'image'] },
        trimmed: true,
        beside: 'initrd',
        like: 'strict',
        loads: ['image'],
        revokedBy: 'dbx',
        enforce: ['z'],
      },
      {
        name: 'f',
        sees: { kind: 'file' },
        trimmed: false,
        beside: null,
        enforce: [],
        enforcesNothing: true,
        revokedBy: null,
      },
    ]);
  });

  it('are joined by the waivers', () => {
    const text = policyText(
      `artifact image { require r: signed by distro }\nwaive r until 2027-03-31 for sha256:${'a'.repeat(64)} because "x"`,
    );
    expect(planOf(text).waivers).toMatchObject([
      { requirement: 'r', until: '2027-03-31', digests: [{ algorithm: 'sha256', hex: 'a'.repeat(64) }], because: 'x' },
    ]);
  });
});

describe('what a plan needs', () => {
  it('is every layer, decoder, signature and property, sorted', () => {
    const plan = planOf(
      policyText(
        'artifact zboot {\n require codec: compression in { gzip, zstd }\n image { require inner: covered by distro }\n}',
      ),
    );
    expect(plan.needs).toEqual([
      'decode:gzip',
      'decode:zstd',
      'layer:image',
      'layer:zboot',
      'property:compression',
      'signatures:image',
      'signatures:zboot',
    ]);
  });

  it('is no decoder where nothing is required of the contents', () => {
    const plan = planOf(policyText('artifact zboot {\n require outer: signed by distro\n image\n}'));
    expect(plan.needs).toEqual(['layer:image', 'layer:zboot', 'signatures:zboot']);
  });
});

describe('a property of the contents', () => {
  const uki = 'artifact uki {\n require r: arch-agrees\n linux: one of { zboot, image }\n}\nlayer zboot { image }';
  it.each([
    ['artifact zboot {\n require r: compression-ratio <= 9\n image\n}', true],
    ['artifact zboot {\n require r: arch-agrees\n image\n}', true],
    ['artifact initrd {\n require r: compression-ratio <= 9\n}', true],
    [uki, true],
    [uki.replace('arch-agrees', 'nx-compat'), false],
    ['artifact zboot {\n require r: size <= 9\n image\n}', false],
  ])('takes decoders, and no other does: %j', (artifact, takes) => {
    const { needs, footprint } = planOf(`language 1\npolicy example\n${artifact}\n`);
    expect(needs.some((need) => need.startsWith('decode:'))).toBe(takes);
    expect(footprint[0]?.decoders.length !== 0).toBe(takes);
  });
});

describe('the digest of a plan', () => {
  const text = policyText(
    'artifact zboot {\n require a: signed by distro\n require b: compression in { gzip, zstd }\n image\n}\nartifact image { require c: signed by distro }',
  );

  it('stays when comments, layout, file name or order change', () => {
    const other = policyText(
      '# comment\n\nartifact image {\n require c:\n  signed by distro }\nartifact zboot {\n image\n require b: compression in { zstd, gzip }\n require a: signed by distro\n}',
    );
    expect(planOf(other, { ...OPTIONS, fileName: 'other.bootpol' }).digest).toBe(planOf(text).digest);
  });

  it.each([
    ['{ gzip, zstd }', '{ gzip }'],
    ['require a:', 'forbid a:'],
    ['require a:', 'require aa:'],
    ['image\n}', 'image optional\n}'],
    ['policy example', 'policy example version 2'],
    ['"distro.pem"', '"other.pem"'],
  ])('changes when `%s` becomes `%s`', (before, after) => {
    expect(planOf(text.replace(before, after)).digest).not.toBe(planOf(text).digest);
  });

  it('is part of the plan when it is copied or written out', () => {
    const plan = planOf(text);
    expect(plan.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(plan)).toContain(`"digest":"${plan.digest}"`);
    expect({ ...plan }.digest).toBe(plan.digest);
  });
});

function childBlock(block: PlanBlock | undefined, kind: string): PlanBlock | undefined {
  return block?.children.flatMap(({ alternatives }) => alternatives).find((inner) => inner.kind === kind);
}

function namesOf(block: PlanBlock | undefined): readonly string[] | undefined {
  return block?.requirements.map(({ name }) => name);
}

function summary({ alternatives, presence }: PlanChild): string {
  return `${alternatives[0]?.kind} ${presence}`;
}

function idsOf(block: PlanBlock): readonly number[] {
  const inner = block.children.flatMap(({ alternatives }) => alternatives).flatMap(idsOf);
  return [...block.requirements.map(({ id }) => id), ...inner];
}

/** The condition of the one requirement, without places. */
function conditionOf(text: string): unknown {
  const plan: Plan = planOf(policyText(`artifact image {\n require r: ${text}\n}`));
  const placed = JSON.stringify(plan.artifacts[0]?.requirements[0]?.condition, (key, value: unknown) =>
    key === 'place' ? undefined : value,
  );
  const condition: unknown = JSON.parse(placed);
  return condition;
}
