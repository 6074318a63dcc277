import { z } from 'zod';
import { MEMBER_TYPES } from './inspection.ts';
import { skippedSchema } from './skipped-schema.ts';
import { certificateSchema, findingSchema, rangeSchema, signatureSchema } from './signature-schema.ts';

/**
 * What `bootpol inspect --format json` prints: the published schema. Fields may be added under the same `version`, never
 * removed or changed. Ranges are `[start, end)` in bytes of the layer that holds them; digests are lower-case hex.
 */
const regionSchema = z.object({
  name: z.string(),
  role: z.string(),
  range: rangeSchema,
  zero: z.boolean().describe('whether all its bytes are zero'),
  signedBy: z
    .array(
      z.object({
        layer: z.string().describe('path of the layer that carries the signature'),
        signature: z.int().positive().describe('its place among the signatures of that layer, from 1'),
        extent: z.enum(['whole', 'part']).describe('whether all bytes of the region are covered'),
      }),
    )
    .optional()
    .describe('with `--bytes`: sound signatures that cover the region, also from around it'),
});

const memberSchema = z.object({
  name: z.string().describe('bytes that are no printable UTF-8, and the backslash, as `\\xNN`'),
  type: z.enum(MEMBER_TYPES),
  mode: z.string().describe('permissions and set-id bits, octal'),
  uid: z.int().nonnegative(),
  gid: z.int().nonnegative(),
  links: z.int().nonnegative(),
  inode: z.string().describe('device and inode numbers: members of one archive that share it are hard links'),
  sizeBytes: z.int().nonnegative(),
  offsetBytes: z.int().nonnegative().describe('of the contents'),
  range: rangeSchema.describe('the whole entry'),
  target: z.string().nullable().describe('of a symbolic link'),
  device: z.string().nullable().describe('`major:minor` of a device'),
});

const trustSchema = z.object({
  certificates: z.array(certificateSchema),
  digests: z.array(z.string()).describe('of images and of certificates, such as `sha256:…`'),
});

const programSchema = z.object({
  name: z.string().describe('such as `shim`, `systemd-boot`, `Linux`'),
  version: z.string().nullable(),
  evidence: z.string().describe('where the layer says so; it is what the layer says of itself'),
});

const sbatRowSchema = z.object({ component: z.string(), generation: z.int().positive(), version: z.string() });

const layerSchema = z.object({
  path: z.string(),
  kind: z.string(),
  arch: z.string().nullable(),
  offsetBytes: z.int().nonnegative().describe('of the encoded bytes in the parent layer'),
  sizeBytes: z.int().nonnegative().describe('decoded'),
  compression: z.string().nullable().describe('of the contents, several joined by `+`'),
  codec: z.string().nullable().describe('by which this layer is packed in its parent'),
  packedSizeBytes: z.int().nonnegative(),
  sha256: z.string(),
  authenticode: z.object({ sha256: z.string(), sha384: z.string(), sha512: z.string() }).nullable(),
  signatures: z.array(signatureSchema),
  fault: findingSchema.nullable(),
  findings: z.array(findingSchema),
  regions: z.array(regionSchema),
  header: z.record(z.string(), z.union([z.string(), z.number()])).nullable(),
  program: programSchema.nullable(),
  sbat: z.array(sbatRowSchema).nullable().describe('null for layers without SBAT metadata'),
  vendor: z
    .object({ authorized: trustSchema, deauthorized: trustSchema })
    .nullable()
    .describe('what a shim was built to trust and to refuse'),
  fields: z.record(z.string(), z.string()).nullable().describe('assignments of an os-release text'),
  properties: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .describe('properties of the policy language that the layer has and says'),
  text: z.string().nullable().describe('contents, of a layer that holds nothing but text, up to 64 KiB'),
  members: z.array(memberSchema).nullable().describe('of a cpio archive, in order'),
  get children() {
    return z.array(layerSchema);
  },
});

const fileSchema = z.object({
  file: z.string(),
  size: z.int().nonnegative().nullable().describe('null when the file could not be read'),
  sha256: z.string().nullable(),
  error: z.string().nullable().describe('why the file could not be read'),
  layers: z.array(layerSchema).describe('the outermost layer'),
});

export const inspectionReportSchema = z.object({
  version: z.literal(1),
  files: z.array(fileSchema),
  skipped: skippedSchema.describe('what directories and packages held besides').optional(),
});

export type InspectionReport = z.infer<typeof inspectionReportSchema>;
export type InspectionReportFile = z.infer<typeof fileSchema>;
export type InspectionReportLayer = z.infer<typeof layerSchema>;
