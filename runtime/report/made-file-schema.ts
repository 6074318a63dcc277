import { z } from 'zod';

/** A file that a command has written, as the schemas of reports say it. */
export const madeFileSchema = z.object({
  file: z.string().describe('`-`: standard output'),
  sizeBytes: z.int().nonnegative(),
  sha256: z.string().describe('lower-case hex'),
});

/** One layer of a boot image that a command has made, as it is read back. */
export const madeLayerSchema = z.object({
  path: z.string().describe('such as `uki/.linux/zboot`'),
  kind: z.string(),
  arch: z.string().nullable(),
  codec: z.string().nullable().describe('by which it is packed in the layer around it; null for the file itself'),
  sizeBytes: z.int().nonnegative().describe('decoded'),
  sha256: z.string().describe('decoded, lower-case hex'),
  signatures: z.array(
    z.object({
      scheme: z.string(),
      signer: z.string().nullable().describe('RFC 4514'),
      sound: z.boolean().describe('intact, and about this layer; whether anybody trusts it is for a policy to say'),
    }),
  ),
});

export type MadeLayer = z.infer<typeof madeLayerSchema>;
