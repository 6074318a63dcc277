import { z } from 'zod';

/** A fault of the file, as every report of `inspect` has it. */
export const findingSchema = z.object({
  code: z.string(),
  text: z.string(),
  layer: z.string(),
  offsetBytes: z.int().nonnegative(),
  lengthBytes: z.int().nonnegative(),
});

/** `[start, end)` in bytes of the layer. */
export const rangeSchema = z.tuple([z.int().nonnegative(), z.int().nonnegative()]);

/** A certificate by its name and digest. */
export const certificateSchema = z.object({
  subject: z.string().describe('RFC 4514'),
  sha256: z.string().describe('of the DER encoding'),
});

const certificateDetailsSchema = z.object({
  ...certificateSchema.shape,
  issuer: z.string(),
  serial: z.string(),
  notBefore: z.string().describe('ISO 8601 UTC'),
  notAfter: z.string(),
  keyAlgorithm: z.string(),
  keyBits: z.int().nonnegative().nullable(),
  signatureAlgorithm: z.string().describe('dotted OID'),
  ca: z.boolean().nullable(),
  keyUsage: z.array(z.string()).nullable(),
  extendedKeyUsage: z.array(z.string()).nullable().describe('dotted OIDs'),
});

const timestampSchema = z.object({
  kind: z.string().describe('`rfc3161` or `countersignature`'),
  time: z.string().nullable().describe('ISO 8601 UTC'),
  sound: z
    .boolean()
    .describe('about this signature, intact, by a certificate for timestamps; nothing is said about trust'),
  signer: certificateSchema.nullable(),
  findings: z.array(findingSchema),
});

const uncoveredSchema = z.object({
  range: rangeSchema,
  name: z.string(),
  zero: z.boolean(),
  structural: z.boolean().describe('outside every digest by design'),
});

/** One signature on a layer. */
export const signatureSchema = z.object({
  scheme: z.string(),
  digestAlgorithm: z.string().nullable(),
  digest: z.string().nullable().describe('the image digest that the signature states'),
  digestMatches: z.boolean(),
  intact: z.boolean().describe('the signature verifies under the key of its signer; nothing is said about trust'),
  keyAlgorithm: z.string().nullable(),
  keyBits: z.int().nonnegative().nullable(),
  signer: certificateSchema.nullable(),
  chain: z.array(certificateSchema).describe('the signer first'),
  covers: z.array(rangeSchema),
  pcr: z
    .object({
      bank: z.string(),
      registers: z.array(z.int().nonnegative()),
      keyFingerprint: z.string().describe('SHA-256 of the public key'),
      profile: z.int().nonnegative().nullable().describe('null in a UKI without profiles'),
      phase: z.string().nullable().describe('empty before the first phase; null when it signs no value of this file'),
    })
    .nullable()
    .describe('for scheme `pcr`, whose `digest` is the TPM2 policy digest'),
  findings: z.array(findingSchema),
  entry: z.int().nonnegative().optional().describe('which entry of the certificate table, from 0'),
  offsetBytes: z.int().nonnegative().optional(),
  sizeBytes: z.int().nonnegative().optional(),
  signerDigestAlgorithm: z.string().nullable().optional(),
  absentSigner: z.string().nullable().optional().describe('how a signer is named that is not embedded'),
  signingTime: z.string().nullable().optional().describe('what the signer claims, ISO 8601 UTC'),
  certificates: z.array(certificateDetailsSchema).optional().describe('everything embedded'),
  timestamps: z.array(timestampSchema).optional(),
  get nested() {
    return z.array(signatureSchema).optional().describe('signatures in an unsigned attribute of this one');
  },
  uncovered: z.array(uncoveredSchema).optional().describe('what the signature leaves uncovered'),
});

export type SignatureReport = z.infer<typeof signatureSchema>;
export type FindingReport = z.infer<typeof findingSchema>;
