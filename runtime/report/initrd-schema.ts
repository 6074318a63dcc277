import { z } from 'zod';

/** What is handed on beside every file of a run, as the schemas of reports say it: fields left out when there is nothing. */
export const initrdFields = {
  initrd: z
    .array(z.string())
    .describe('files of the initrd that is handed on beside each file, joined in this order')
    .optional(),
  initrdSha256: z.string().describe('of the initrd, all its files joined; lower-case hex').optional(),
};
