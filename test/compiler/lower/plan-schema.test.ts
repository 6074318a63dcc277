import { describe, expect, expectTypeOf, it } from 'vitest';
import type * as z from 'zod/mini';
import type { Plan } from '../../../compiler/index.ts';
import { parsePlan, type PLAN_SCHEMA } from '../../../runtime/contract/plan-schema.ts';
import { planOf, policyText } from '../fixtures.ts';

/** A type with every `readonly` taken off, at any depth. */
type Mutable<T> = T extends readonly (infer E)[]
  ? Mutable<E>[]
  : T extends object
    ? { -readonly [K in keyof T]: Mutable<T[K]> }
    : T;

const PLAN = planOf(
  policyText(`
param signers ring
revoked = file "dbx.esl"
artifact zboot {
  require codec: compression in { gzip, zstd }
  require outer from 2027-01-01: signed by distro { digest in { sha256 }  key rsa >= 2048  valid now }
  forbid big: size >= 64 MiB
  image {
    require inner: any of { signed by ring, covered by distro, sha256 in { sha256:${'a'.repeat(64)} } }
  }
}
artifact uki {
  require level: sbat systemd >= 1
  warn nx: nx-compat
  linux: one of { zboot, bzimage }
  cmdline optional { forbid shell: contains "init=/bin/sh" }
  section ".foo" absent
  otherwise warn
}
at firmware sees file enforce { codec, outer, big, level, nx, shell }
at kexec sees { zboot, image } trimmed loads { image } revoked by ring enforce { inner }
waive codec until 2027-03-31 for sha256:${'b'.repeat(64)} because "late"
`),
);
const WRITTEN = JSON.stringify(PLAN);

describe('the schema of the plan', () => {
  it('agrees with the type in both directions', () => {
    type Parsed = Mutable<z.infer<typeof PLAN_SCHEMA>>;
    expectTypeOf<Parsed>().toExtend<Mutable<Plan>>();
    expectTypeOf<Mutable<Plan>>().toExtend<Parsed>();
  });

  it('accepts a plan that was written and read back, unchanged', () => {
    const plan: unknown = JSON.parse(WRITTEN);
    expect(parsePlan(plan)).toEqual({ ok: true, plan });
  });

  it('refuses other versions before anything else', () => {
    expect(parsePlan({ ...JSON.parse(WRITTEN), version: 1, artifacts: 'x' })).toEqual({
      ok: false,
      problems: ['version: plan version 1 is not 2'],
    });
  });

  it.each([
    ['"mode":"require"', '"mode":"ignore"'],
    ['"kind":"zboot"', '"kind":"zbot"'],
    ['"otherwise":"reject"', '"otherwise":"maybe"'],
    ['"trimmed":false', '"trimmed":0'],
    ['"beside":null', '"beside":"kernel"'],
    ['"property":"compression"', '"property":"compresion"'],
    ['"id":0', '"id":-1'],
    ['"id":0', '"id":0.5'],
    ['"until":"2027-03-31"', '"until":"soon"'],
    ['"count":1', '"count":1,"extra":1'],
    ['"kind":"flag"', '"kind":"flag","value":true'],
    ['"needs":[', '"needs":[1,'],
  ])('refuses %s changed to %s', (before, after) => {
    expect(WRITTEN).toContain(before);
    const parsed = parsePlan(JSON.parse(WRITTEN.replace(before, after)));
    expect(parsed.ok).toBe(false);
    expect(parsed.ok ? [] : parsed.problems.length).toBeGreaterThan(0);
  });

  it.each([null, 1, 'plan', [], {}, undefined])('refuses %j', (value) => {
    expect(parsePlan(value).ok).toBe(false);
  });
});
