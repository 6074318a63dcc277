import { z } from 'zod';
import { VERDICTS } from '../contract/vocabulary.ts';
import { skippedSchema } from './skipped-schema.ts';

/**
 * What `bootpol simulate --format json` and `bootpol merge --format json` print, and what `bootpol merge` reads: the
 * published schema. Fields may be added under the same `version`, never removed or changed. Offsets and lengths are in
 * bytes, counted from the start of the layer named beside them.
 */
const reasonSchema = z.object({
  requirement: z.string().nullable().describe('null: the view refused before it asked any requirement'),
  code: z.string().describe('permanent code of the finding or rule'),
  text: z.string(),
  layer: z.string(),
  offsetBytes: z.int().nonnegative(),
});

const openBytesSchema = z.object({
  layer: z.string(),
  kind: z.string(),
  sizeBytes: z.int().nonnegative(),
  uncoveredBytes: z.int().nonnegative(),
  because: z.enum(['hidden', 'unasked', 'incomplete', 'unreadable']),
  text: z.string(),
});

const cellSchema = z.object({
  policy: z.int().nonnegative().describe('index into `policies`'),
  view: z.string(),
  verdict: z.enum(VERDICTS),
  initrd: z
    .enum(['none', 'refused', 'covered', 'open'])
    .describe('`none`: the image has no initrd; `refused`: it is not loaded; `open`: loaded, and not wholly covered'),
  reasons: z.array(reasonSchema).describe('why the verdict is no plain `accept`'),
  unprotected: z
    .array(openBytesSchema)
    .describe('what an accepted image loads though no enforced requirement covers it'),
});

const stretchSchema = z.object({
  startBytes: z.int().nonnegative(),
  endBytes: z.int().nonnegative(),
  how: z
    .enum(['direct', 'enclosed', 'derived', 'exempt', 'uncovered'])
    .describe('`exempt`: outside every digest by design, such as the certificate table'),
  by: z.array(z.int().nonnegative()).describe('indexes into `signatures`'),
});

const layerSchema = z.object({
  path: z.string(),
  kind: z.string(),
  depth: z.int().nonnegative(),
  arch: z.string().nullable(),
  compression: z.string().nullable(),
  codec: z.string().nullable().describe('by which it is packed in the layer around it; null for the file itself'),
  offsetBytes: z.int().nonnegative().describe('in the layer around it'),
  sizeBytes: z.int().nonnegative().describe('decoded'),
  fault: z.string().nullable(),
  stretches: z.array(stretchSchema).describe('every byte of the layer, in order, by how sound signatures cover it'),
});

const imageSchema = z.object({
  sha256: z.string().describe('of the file, lower-case hex'),
  sizeBytes: z.int().nonnegative(),
  kind: z.string(),
  arch: z.string().nullable(),
  compression: z.string().nullable().describe('of the kernel in it'),
  signatures: z.array(
    z.object({
      layer: z.string(),
      scheme: z.string(),
      signer: z.string().nullable().describe('RFC 4514'),
      sound: z.boolean().describe('intact, and about this layer; whether anybody trusts it is for the policies to say'),
    }),
  ),
  layers: z.array(layerSchema).describe('outermost first, each before what it holds'),
  layersLeftOut: z.int().nonnegative(),
  cells: z.array(cellSchema).describe('one for every view of every policy, in the order of `policies`'),
});

const fileSchema = z.object({
  file: z.string(),
  package: z.string().nullable().describe('the package that holds it'),
  order: z
    .tuple([z.int().nonnegative(), z.int().nonnegative()])
    .describe('place in the whole run: of the operand or file of a directory, and of the file in a package'),
  error: z.string().nullable().describe('why the file could not be read'),
  image: imageSchema.nullable(),
});

const policySchema = z.object({
  file: z.string(),
  name: z.string(),
  version: z.number().nullable(),
  description: z.string().nullable(),
  digest: z.string().describe('SHA-256 of the compiled plan, lower-case hex'),
  views: z.array(z.object({ name: z.string(), handed: z.string().describe('what it sees and loads, in words') })),
});

const trustSchema = z.object({
  param: z.string(),
  source: z.enum(['bound', 'embedded']).describe('`embedded`: for each image, whoever signed anything in it'),
  digest: z.string().nullable().describe('SHA-256 of the bound anchors; null when embedded'),
  anchors: z.array(z.string()).describe('who is bound, for people'),
});

const tallySchema = z.object({
  requirement: z.string().nullable(),
  code: z.string(),
  text: z.string(),
  alike: z.boolean().describe('false: `text` is the most frequent of several'),
  count: z.int().positive(),
});

const changeSchema = z.object({
  policy: z.int().nonnegative(),
  view: z.string(),
  change: z.enum(['newly-refused', 'newly-accepted', 'newly-unprotected']),
  files: z.array(z.string()),
  reasons: z.array(tallySchema).describe('most frequent first'),
});

export const simulationReportSchema = z.object({
  version: z.literal(1),
  report: z.literal('simulation'),
  day: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/)
    .describe('the day of judgement, YYYY-MM-DD in UTC'),
  trust: z.array(trustSchema),
  initrd: z
    .object({ files: z.array(z.string()), sha256: z.string().describe('of all of them, joined; lower-case hex') })
    .nullable()
    .default(null)
    .describe('handed on beside every file'),
  policies: z.array(policySchema),
  baseline: z.int().nonnegative().nullable().describe('index into `policies`'),
  groupBy: z.enum(['arch', 'compression', 'package']).nullable(),
  shard: z
    .object({ index: z.int().positive(), of: z.int().positive() })
    .refine(({ index, of }) => index <= of, 'there are fewer shards')
    .nullable(),
  files: z.array(fileSchema),
  skipped: skippedSchema.describe('what directories and packages held besides; of directories, only shard 1 counts'),
  changes: z.array(changeSchema).nullable().describe('against the baseline; null without one'),
});

/** Plain data all the way down, not to be changed. */
type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

export type SimulationReport = Frozen<z.infer<typeof simulationReportSchema>>;
export type SimulatedFile = SimulationReport['files'][number];
export type SimulatedImage = Frozen<z.infer<typeof imageSchema>>;
export type SimulatedLayer = SimulatedImage['layers'][number];
export type SimulationCell = SimulatedImage['cells'][number];
export type SimulationReason = SimulationCell['reasons'][number];
export type SimulationPolicy = SimulationReport['policies'][number];
export type SimulationTrust = SimulationReport['trust'][number];
export type SimulationChange = NonNullable<SimulationReport['changes']>[number];
export type ReasonTally = SimulationChange['reasons'][number];
export type GroupBy = NonNullable<SimulationReport['groupBy']>;
