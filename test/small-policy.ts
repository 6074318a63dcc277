/** Where generated policies get their variety from: whole numbers from 0 to just under a limit. */
export type Chance = (limit: number) => number;

/** The same numbers for the same seed (mulberry32). */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

/** A generated policy in parts, so that others can be put together from them. */
export interface SmallPolicy {
  /** Signers and blocks. */
  readonly declarations: string;
  readonly requirements: readonly string[];
}

/** Blocks about small kernels, zboot images and UKIs, over signers read from `us.pem` and `them.pem`. */
export function smallPolicy(chance: Chance, prefix: string): SmallPolicy {
  const draft: Draft = { chance, prefix, count: { requirements: 0 } };
  const blocks = [imageBlock(draft), zbootBlock(draft), ukiBlock(draft)].filter(
    (_, index) => index > 0 || chance(4) > 0,
  );
  const signers = ['us', 'them'].map((name) => `signers ${prefix}${name} = file "${name}.pem"`);
  const declarations = [...signers, ...blocks].join('\n');
  const names = [...declarations.matchAll(/(?:require|forbid|warn) ([\w-]+)/g)];
  return { declarations, requirements: names.map(([, name = '']) => name) };
}

/** A whole policy of its parts. */
export function wholePolicy(name: string, statements: readonly string[]): string {
  return ['language 1', `policy ${name}`, ...statements, ''].join('\n');
}

/** Views that enforce these names, or the view that is meant where none is said. */
export function smallViews(chance: Chance, enforce: readonly string[]): readonly string[] {
  const views = [
    `at firmware sees file ${oneOf(chance, ['', 'like edk2', 'like linux'])} enforce { ${enforce.join(', ')} }`,
    `at kexec sees { image, bzimage } ${oneOf(chance, ['', 'trimmed'])} like linux enforce { ${enforce.join(', ')} }`,
    `at loader sees file loads { zboot, image } enforce { ${enforce.join(', ')} }`,
  ];
  return views.filter(() => chance(2) > 0);
}

/** One of several. */
export function oneOf<T>(chance: Chance, values: readonly [T, ...T[]]): T {
  return values[chance(values.length)] ?? values[0];
}

interface Draft {
  readonly chance: Chance;
  readonly prefix: string;
  readonly count: { requirements: number };
}

function imageBlock(draft: Draft): string {
  return block('artifact image', [stated(draft, SIGNED_KERNEL), maybe(draft, KERNEL)], draft);
}

function zbootBlock(draft: Draft): string {
  const image = oneOf(draft.chance, ['image', inline('image', [stated(draft, SIGNED_KERNEL)]), '', 'image optional']);
  return block('artifact zboot', [stated(draft, SIGNED), maybe(draft, ENCODED), image], draft);
}

function ukiBlock(draft: Draft): string {
  const zboot = inline('zboot', [stated(draft, SIGNED), oneOf(draft.chance, ['image', ''])]);
  const kernel = oneOf(draft.chance, [
    'linux: one of { zboot, image }',
    'linux: one of { image }',
    inline('linux', [oneOf(draft.chance, [zboot, 'zboot absent', 'zboot optional']), 'image optional']),
    '',
  ]);
  const initrd = oneOf(draft.chance, [
    inline('initrd optional', [stated(draft, COVERED), maybe(draft, ENCODED)]),
    'initrd optional',
    'initrd absent',
    'initrd many',
    '',
  ]);
  const cmdline = oneOf(draft.chance, [inline('cmdline optional', [stated(draft, TEXT)]), 'cmdline optional', '']);
  const others = 'osrel optional\nuname optional\nsbat optional';
  return block('artifact uki', [stated(draft, SIGNED), kernel, initrd, cmdline, others], draft);
}

function block(head: string, lines: readonly string[], { chance }: Draft): string {
  return inline(head, [...lines, oneOf(chance, ['', 'otherwise warn', 'otherwise allow', 'otherwise allow'])]);
}

function inline(head: string, lines: readonly string[]): string {
  return `${head} {\n${lines.filter((line) => line !== '').join('\n')}\n}`;
}

const SIGNED = ['signed by US', 'signed by THEM', 'allowed by US', 'signed by US { digest in { sha256 } }'] as const;
const COVERED = ['covered by US', 'covered by THEM', 'size <= 1 MiB'] as const;
const KERNEL = ['size <= 64 KiB', 'size >= 1 KiB', 'arch in { arm64 }', 'nx-compat', 'writable-code'] as const;
const SIGNED_KERNEL = [...SIGNED, ...COVERED, ...KERNEL] as const;
const ENCODED = ['compression in { gzip }', 'compression in { gzip, zstd }', 'compression in { none, xz }'] as const;
const TEXT = ['contains "quiet"', 'word "ro"', 'covered by US'] as const;

function maybe(draft: Draft, conditions: readonly [string, ...string[]]): string {
  return draft.chance(2) > 0 ? stated(draft, conditions) : '';
}

function stated(draft: Draft, conditions: readonly [string, ...string[]]): string {
  const { chance, prefix, count } = draft;
  const name = `${prefix}r${String(count.requirements)}`;
  count.requirements += 1;
  const mode = oneOf(chance, ['require', 'require', 'require', 'forbid', 'warn']);
  const from = chance(8) === 0 ? ` from ${oneOf(chance, ['2026-01-01', '2027-01-01'])}` : '';
  return `${mode} ${name}${from}: ${condition(conditions, 2, draft)}`;
}

function condition(leaves: readonly [string, ...string[]], levels: number, draft: Draft): string {
  const { chance, prefix } = draft;
  if (levels === 0 || chance(3) > 0) {
    return oneOf(chance, leaves).replace(/\b(?:US|THEM)\b/, (name) => prefix + name.toLowerCase());
  }
  const parts = Array.from({ length: 1 + chance(3) }, () => condition(leaves, levels - 1, draft));
  return `${oneOf(chance, ['any of', 'all of', 'none of'])} {\n${parts.join('\n')}\n}`;
}
