import { type ast, type ProfileName, TAKEN_ALGORITHMS } from '../../compiler/index.ts';
import { KEYWORD_DOCS } from './keyword-docs.ts';
import type { PolicyDocument } from './policy-document.ts';
import type { PlacedSignature } from './policy-places.ts';
import { type EffectiveView, viewsOf } from './views.ts';

/** What `signed by S` stands for in each view that enforces it: what is stated, and what the view's profile fills in. */
export function expansionOf({ condition, requirement }: PlacedSignature, { reading }: PolicyDocument): string {
  const views = viewsOf(requirement.name.text, reading.policy);
  const head = `**${condition.kind} by ${condition.signers.text}**: ${KEYWORD_DOCS[condition.kind] ?? ''}`;
  if (views.length === 0) return `${head}\n\nNo view enforces \`${requirement.name.text}\`.`;
  return [head, ...byProfile(views).map(([profile, names]) => expandedFor(condition, profile, names))].join('\n\n');
}

function byProfile(views: readonly EffectiveView[]): readonly (readonly [ProfileName, readonly string[]])[] {
  const profiles = [...new Set(views.map(({ like }) => like))];
  return profiles.map((profile) => [profile, views.filter(({ like }) => like === profile).map(({ name }) => name)]);
}

function expandedFor(condition: PlacedSignature['condition'], profile: ProfileName, names: readonly string[]): string {
  const where = `At ${names.map((name) => `\`${name}\``).join(', ')}, like \`${profile}\`:`;
  const constraints = condition.kind === 'covered' ? [] : condition.constraints;
  const lines = CONSTRAINTS.map((line) => {
    const stated = constraints.filter(({ kind }) => kind === line.kind);
    if (stated.length > 0) return `  ${stated.map(textOf).join('  ')}`;
    return `  ${`${line.absent(profile)} # ${line.note(profile)}`.trimStart()}`;
  });
  const allowed = condition.kind === 'allowed' ? `\n\n${ALLOWED[profile]}` : '';
  const body = lines.join('\n');
  const signatures = condition.kind === 'covered' ? 'signed' : condition.kind;
  return `${where}\n\`\`\`bootpol\n${signatures} by ${condition.signers.text} {\n${body}\n}\n\`\`\`${allowed}`;
}

interface ExpandedLine {
  readonly kind: ast.Constraint['kind'];
  /** What counts when the policy says nothing, where a constraint can say it. */
  readonly absent: (profile: ProfileName) => string;
  readonly note: (profile: ProfileName) => string;
}

const byDefault = (profile: ProfileName): string => `what \`${profile}\` takes`.replaceAll('`', '');

const CONSTRAINTS: readonly ExpandedLine[] = [
  { kind: 'scheme', absent: () => 'scheme authenticode', note: () => 'when nothing is said' },
  {
    kind: 'digest',
    absent: (profile) => `digest in { ${TAKEN_ALGORITHMS[profile].digests.join(', ')} }`,
    note: byDefault,
  },
  { kind: 'key', absent: () => '', note: (profile) => `any key of ${TAKEN_ALGORITHMS[profile].keys.join(', ')}` },
  {
    kind: 'validity',
    absent: () => 'validity ignored',
    note: (profile) =>
      profile === 'linux' ? 'but a signing time outside the validity of the signer is refused' : 'as UEFI has it',
  },
  { kind: 'count', absent: () => 'count >= 1', note: () => 'when nothing is said' },
  { kind: 'timestamped', absent: () => '', note: () => 'no timestamp is asked for' },
];

function textOf(constraint: ast.Constraint): string {
  switch (constraint.kind) {
    case 'digest':
      return `digest in { ${constraint.words.map(({ text }) => text).join(', ')} }`;
    case 'key':
      return `key ${constraint.family.text} >= ${String(constraint.least.value)}`;
    case 'validity':
      return constraint.validity === 'ignored' ? 'validity ignored' : `valid ${constraint.validity.replace('-', ' ')}`;
    case 'count':
      return `count >= ${String(constraint.least.value)}`;
    case 'timestamped':
      return 'timestamped';
    case 'scheme':
      return `scheme ${constraint.scheme.text}`;
  }
}

/** What `allowed by` adds, as docs/language.md has it. */
const ALLOWED: Readonly<Record<ProfileName, string>> = {
  strict: 'Or the SHA-256, SHA-384 or SHA-512 of the image is listed in the signer set, where nothing else refuses it.',
  edk2: 'Or a digest of the image is listed: unsigned, of any algorithm; signed, of the algorithm of each signature.',
  linux: 'Image digests never count: `allowed by` is `signed by`.',
  shim: 'Or the SHA-256 or SHA-1 of the image is listed, before any signature is looked at.',
};
