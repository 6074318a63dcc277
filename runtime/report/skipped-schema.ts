import { z } from 'zod';

/** What a run over directories and packages passed over, by what it is. */
export const skippedSchema = z.object({
  files: z.int().nonnegative().describe('files that do not boot'),
  initrds: z
    .int()
    .nonnegative()
    .describe('initrds, which `verify` judges in directories where the policy declares them'),
  links: z.int().nonnegative().describe('symbolic links in directories'),
  packages: z.int().nonnegative().describe('packages in directories'),
});

export type SkippedReport = Readonly<z.infer<typeof skippedSchema>>;
