import { z } from 'zod';
import { ARCHES } from './vocabulary.ts';

/** What `--db` of `bootpol compare` takes too. */
const specs = z
  .array(z.string().min(1))
  .describe(
    'files of certificates (PEM, DER) or EFI signature lists (.esl, .auth, efivarfs), `sha256:HEX` for an image digest, `x509sha256:CERTIFICATE` for a TBS digest; paths are relative to the machine file',
  );

const firmwareSchema = z.strictObject({
  secureBoot: z.boolean().describe('whether Secure Boot is on'),
  db: specs,
  dbx: specs.default([]),
  dbt: specs.default([]).describe('certificates of authorities for timestamps, for revocations in dbx with a time'),
});

const shimSchema = z.strictObject({
  file: z.string().min(1).optional().describe('shim itself, for firmware to verify; left out: it is taken to start'),
  vendor: specs.optional().describe('vendor certificate or vendor db; left out: what `file` was built with'),
  vendorDbx: specs.optional().describe('left out: what `file` was built with'),
  mokList: specs.default([]),
  mokListX: specs.default([]),
  mokIgnoreDb: z.boolean().default(false).describe('MokIgnoreDB: neither shim nor Linux believe db'),
  mokListTrusted: z.boolean().default(false).describe('MokListTrusted: MokList goes to the machine keyring of Linux'),
  validation: z.boolean().default(true).describe('MokSBState: false after `mokutil --disable-validation`'),
  sbatLevel: z.string().min(1).optional().describe('file of the SBAT level; left out: the newest that bootpol knows'),
});

const kernelSchema = z.strictObject({
  builtin: specs.default([]).describe('.builtin_trusted_keys'),
  secondary: specs.default([]).describe('.secondary_trusted_keys, without what is linked to it'),
  platformKeyring: z.boolean().default(true).describe('CONFIG_INTEGRITY_PLATFORM_KEYRING: db and MokList'),
  kexecSig: z.enum(['off', 'on', 'forced']).describe('CONFIG_KEXEC_SIG, and CONFIG_KEXEC_SIG_FORCE (x86 only)'),
  verifiesImages: z
    .boolean()
    .default(true)
    .describe('CONFIG_KEXEC_BZIMAGE_VERIFY_SIG on x86, CONFIG_KEXEC_IMAGE_VERIFY_SIG on arm64'),
  lockdown: z.enum(['none', 'integrity', 'confidentiality']),
  imaArchPolicy: z.boolean().default(false).describe('CONFIG_IMA_ARCH_POLICY'),
  imaAppraises: z.boolean().default(false).describe('whether the IMA policy appraises what is kexec’ed by signature'),
  revocationList: z.boolean().default(false).describe('CONFIG_SYSTEM_REVOCATION_LIST'),
});

/** The file that `bootpol boots --on` reads: the published schema. */
export const machineFileSchema = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1),
  arch: z.enum(ARCHES),
  firmware: firmwareSchema,
  shim: shimSchema.optional().describe('left out: firmware starts everything itself'),
  loader: z
    .string()
    .min(1)
    .optional()
    .describe('boot loader between shim or firmware and the file, such as GRUB or systemd-boot'),
  kernel: kernelSchema.optional().describe('the running kernel that the file is kexec’ed from; left out: no kexec'),
});

/** A machine as its file describes it, with the defaults filled in. */
export type MachineFile = z.infer<typeof machineFileSchema>;
