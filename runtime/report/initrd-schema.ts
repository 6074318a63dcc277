import { z } from 'zod';

/** What is handed on beside every file of a run, as the schemas of reports say it. */
export const initrdSchema = z
  .array(z.string())
  .describe('files of the initrd that is handed on beside each file, joined in this order; left out when there is none')
  .optional();
