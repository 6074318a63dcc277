import * as z from 'zod/mini';
import { LAYER_KIND_NAMES } from './layer-kinds.ts';
import type { Plan, PlanBlock, PlanCondition } from './plan.ts';
import { PROPERTY_NAMES } from './properties.ts';
import { OTHERWISE, POLICY_DIGESTS, PROFILES, SCHEMES, SEVERITIES, CODECS } from './vocabulary.ts';

/** What reading a plan gives; problems are one line each, with the path of the value. */
export type ParsedPlan =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly problems: readonly string[] };

/** The one version of the plan that this release reads. */
const PLAN_VERSION = 2;

/** Checks that a value is a plan of this version; unknown members are refused. The digest is not recomputed here. */
export function parsePlan(value: unknown): ParsedPlan {
  const version = VERSIONED.safeParse(value);
  if (version.success && version.data.version !== PLAN_VERSION) {
    return { ok: false, problems: [`version: plan version ${String(version.data.version)} is not ${PLAN_VERSION}`] };
  }
  const parsed = PLAN_SCHEMA.safeParse(value);
  if (parsed.success) return { ok: true, plan: parsed.data };
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'plan'}: ${lowerFirst(message)}`,
  );
  return { ok: false, problems };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

const VERSIONED = z.object({ version: z.unknown() });

const hex = z.string().check(z.regex(/^[0-9a-f]+$/));
const sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const date = z.string().check(z.regex(/^\d{4}-\d\d-\d\d$/));
const count = z.int().check(z.nonnegative());
const layerKind = z.enum(LAYER_KIND_NAMES);
const digestNames = Object.keys(POLICY_DIGESTS).filter((name): name is keyof typeof POLICY_DIGESTS =>
  Object.hasOwn(POLICY_DIGESTS, name),
);
const digestValue = z.strictObject({ algorithm: z.string(), hex });
const place = z.strictObject({ file: z.string(), line: count, column: count });

const anchor = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('certificate'),
    der: z.string(),
    sha256,
    subject: z.string(),
    listed: z.exactOptional(z.literal('behind-first')),
  }),
  z.strictObject({ kind: z.literal('public-key'), spki: z.string(), sha256 }),
  z.strictObject({ kind: z.literal('image-digest'), algorithm: z.enum(['sha1', 'sha256', 'sha384', 'sha512']), hex }),
  z.strictObject({
    kind: z.literal('tbs-digest'),
    algorithm: z.enum(['sha256', 'sha384', 'sha512']),
    hex,
    revokedFrom: z.nullable(z.string()),
  }),
]);

const constraints = z.strictObject({
  scheme: z.enum(SCHEMES),
  digests: z.nullable(z.array(z.enum(digestNames))),
  keys: z.nullable(z.array(z.strictObject({ family: z.enum(['rsa', 'ec']), leastBits: count }))),
  validity: z.enum(['at-signing', 'now', 'ignored', 'profile']),
  count,
  timestamped: z.boolean(),
});

const test = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('words-in'), words: z.array(z.string()) }),
  z.strictObject({ kind: z.literal('digest-in'), digests: z.array(digestValue) }),
  z.strictObject({ kind: z.enum(['at-most', 'at-least']), value: count }),
  z.strictObject({ kind: z.literal('flag') }),
  z.strictObject({ kind: z.literal('text'), text: z.string() }),
]);

const condition: z.ZodMiniType<PlanCondition> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.enum(['any', 'all', 'none']), conditions: z.array(condition), place }),
    z.strictObject({ kind: z.enum(['signed', 'allowed']), signers: z.string(), constraints, place }),
    z.strictObject({ kind: z.literal('covered'), signers: z.string(), place }),
    z.strictObject({
      kind: z.literal('property'),
      property: z.enum(PROPERTY_NAMES),
      argument: z.nullable(z.string()),
      test,
      place,
    }),
  ]),
);

const requirement = z.strictObject({
  name: z.string(),
  mode: z.enum(SEVERITIES),
  origin: z.enum(['own', 'imported']),
  from: z.nullable(date),
  id: count,
  condition,
  place,
});

const block: z.ZodMiniType<PlanBlock> = z.lazy(() =>
  z.strictObject({
    kind: layerKind,
    requirements: z.array(requirement),
    children: z.array(child),
    otherwise: z.enum(OTHERWISE),
    place,
  }),
);

const child = z.strictObject({
  alternatives: z.array(block),
  section: z.nullable(z.string()),
  presence: z.enum(['required', 'optional', 'absent', 'many', 'undeclared']),
  place,
});

const view = z.strictObject({
  name: z.string(),
  sees: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('file') }),
    z.strictObject({ kind: z.literal('layers'), kinds: z.array(layerKind) }),
  ]),
  trimmed: z.boolean(),
  beside: z.nullable(z.literal('initrd')),
  like: z.enum(PROFILES),
  loads: z.nullable(z.array(layerKind)),
  enforce: z.array(z.string()),
  enforcesNothing: z.boolean(),
  revokedBy: z.nullable(z.string()),
  place,
});

/** The plan's shape; `parsePlan` is the door. */
export const PLAN_SCHEMA = z.strictObject({
  version: z.literal(PLAN_VERSION),
  policy: z.strictObject({
    name: z.string(),
    version: z.nullable(count),
    description: z.nullable(z.string()),
  }),
  signers: z.array(
    z.strictObject({
      name: z.string(),
      param: z.boolean(),
      includes: z.array(z.string()),
      anchors: z.array(anchor),
      revoked: z.array(anchor),
    }),
  ),
  revoked: z.array(anchor),
  artifacts: z.array(block),
  views: z.array(view),
  waivers: z.array(
    z.strictObject({
      requirement: z.string(),
      until: date,
      digests: z.array(digestValue),
      because: z.string(),
      place,
    }),
  ),
  assertions: z.array(
    z.strictObject({ kind: z.literal('uncovered'), layer: z.nullable(layerKind), view: z.string(), place }),
  ),
  needs: z.array(z.string()),
  footprint: z.array(
    z.strictObject({
      view: z.string(),
      parsers: z.array(layerKind),
      decoders: z.array(z.enum(CODECS)),
      schemes: z.array(z.enum(SCHEMES)),
      digests: z.array(z.string()),
      keys: z.array(z.string()),
    }),
  ),
  digest: sha256,
});
