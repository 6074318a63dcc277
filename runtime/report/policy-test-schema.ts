import { z } from 'zod';

/**
 * What `bootpol test --format json` prints: the published schema. Fields may be added under the same `version`, never
 * removed or changed.
 */
const placeSchema = z.object({ file: z.string(), line: z.int().positive(), column: z.int().positive() });

const failureSchema = z.object({
  text: z.string(),
  place: placeSchema.describe('the expectation that was not met, or the test where an image could not be forged'),
  reasons: z.array(z.string()).describe('why the verdict is what it is'),
});

const policyTestSchema = z.object({
  title: z.string(),
  place: placeSchema,
  passed: z.boolean(),
  failures: z.array(failureSchema),
});

const policySchema = z.object({
  file: z.string(),
  policy: z.object({ name: z.string(), version: z.number().nullable() }),
  passed: z.boolean().describe('every test passed, and enough outcomes are shown'),
  tests: z.array(policyTestSchema),
  coverage: z.object({
    shown: z.int().nonnegative().describe('outcomes of conditions that a test has shown'),
    total: z.int().nonnegative(),
    percent: z.int().min(0).max(100),
    leastPercent: z.int().min(0).max(100).describe('what `--min-coverage` asks for; 0 when it is not given'),
  }),
});

export const policyTestReportSchema = z.object({
  version: z.literal(1),
  policies: z.array(policySchema),
  untested: z
    .array(z.object({ file: z.string(), error: z.string() }))
    .describe('policies that cannot be read, or do not compile')
    .optional(),
});

export type PolicyTestJson = z.infer<typeof policyTestReportSchema>;
