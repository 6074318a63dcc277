import { concatBytes, u16le, u32le } from './bytes.ts';
import { CMS_OIDS, forgeSignedData } from './cms.ts';
import { chainOf, type Signer } from './x509.ts';

/**
 * Writes EFI signature lists (UEFI 2.11, section 32.4.1), as `db`, `dbx` and MOK variables hold them.
 *
 * A certificate has a list of its own, as other tools write them; neighbouring digests of the same type share one.
 */
export function forgeEsl(...entries: readonly EslEntry[]): Uint8Array {
  const lists: { type: EslType; data: Uint8Array[] }[] = [];
  for (const entry of entries) {
    const data = concatBytes(guid(entry.owner ?? OWNER), entryData(entry));
    const last = lists.at(-1);
    const shared = (entry.list ?? (entry.type === 'x509' ? 'own' : 'shared')) === 'shared';
    if (shared && last?.type === entry.type && last.data[0]?.length === data.length) last.data.push(data);
    else lists.push({ type: entry.type, data: [data] });
  }
  return concatBytes(...lists.map(signatureList));
}

/** One entry of a signature list. */
export interface EslEntry {
  readonly type: EslType;
  /** DER certificate for `x509`, digest for all others. */
  readonly data: Uint8Array;
  /** Time of revocation of the `x509-sha…` types; default: none, which means always. */
  readonly revokedAt?: Date;
  /** `shared`: in the list of the entry before it, where type and size are the same. */
  readonly list?: 'own' | 'shared';
  /** Owner GUID as text. */
  readonly owner?: string;
}

/** Types of signature lists (UEFI 2.11, section 32.4.1). */
export type EslType = keyof typeof TYPE_GUIDS;

/**
 * Writes a time-authenticated variable update (`.auth`): EFI_VARIABLE_AUTHENTICATION_2 before the lists (UEFI 2.11,
 * section 8.2.2). The signature covers name, vendor, attributes, time and lists.
 */
export function forgeAuth(lists: Uint8Array, update: VariableUpdate): Uint8Array {
  const stamp = efiTime(update.at);
  const name = Uint8Array.from(Buffer.from(update.name, 'utf16le'));
  const blob = forgeSignedData({
    contentType: CMS_OIDS.data,
    content: null,
    signedBytes: concatBytes(name, guid(update.vendor ?? IMAGE_SECURITY_DATABASE), u32le(0x27), stamp, lists),
    certificates: chainOf(update.signer),
    signerInfos: [{ signer: update.signer, attributes: 'none' }],
    wrapper: 'none',
  });
  const certificate = concatBytes(u32le(24 + blob.length), u16le(0x0200), u16le(0x0ef1), guid(TYPE_GUIDS.pkcs7), blob);
  return concatBytes(stamp, certificate, lists);
}

/** What an `.auth` file updates. */
export interface VariableUpdate {
  /** Such as `db`. */
  readonly name: string;
  /** Vendor GUID; default EFI_IMAGE_SECURITY_DATABASE_GUID. */
  readonly vendor?: string;
  readonly at: Date;
  readonly signer: Signer;
}

/** Lists as a file of efivarfs: attributes (0x27, as `db` has) before the contents. */
export function efivarfsBytes(lists: Uint8Array): Uint8Array {
  return concatBytes(u32le(0x27), lists);
}

/** A GUID in its stored form: the first three fields little-endian (UEFI 2.11, appendix A). */
export function guid(text: string): Uint8Array {
  const octets = Buffer.from(text.replaceAll('-', ''), 'hex');
  return Uint8Array.from([3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map((index) => octets[index] ?? 0));
}

const OWNER = '8c6a3f1e-24d7-4a55-9a0b-6d1f0f2b7c11';
const IMAGE_SECURITY_DATABASE = 'd719b2cb-3d3a-4596-a3bc-dad00e67656f';

const TYPE_GUIDS = {
  x509: 'a5c059a1-94e4-4aa7-87b5-ab155c2bf072',
  sha1: '826ca512-cf10-4ac9-b187-be01496631bd',
  sha256: 'c1c41626-504c-4092-aca9-41f936934328',
  sha384: 'ff3e5307-9fd0-48c9-85f1-8ad56c701e01',
  sha512: '093e0fae-a6c4-4f50-9f1b-d41e2b89c19a',
  'x509-sha256': '3bd2a492-96c0-4079-b420-fcf98ef103ed',
  'x509-sha384': '7076876e-80c2-4ee6-aad2-28b349a6865b',
  'x509-sha512': '446dbf63-2502-4cda-bcfa-2465d2b0fe9d',
  pkcs7: '4aafd29d-68df-49ee-8aa9-347d375665a7',
} as const;

function signatureList(list: { readonly type: EslType; readonly data: readonly Uint8Array[] }): Uint8Array {
  const body = concatBytes(...list.data);
  const entryBytes = list.data[0]?.length ?? 16;
  return concatBytes(guid(TYPE_GUIDS[list.type]), u32le(28 + body.length), u32le(0), u32le(entryBytes), body);
}

function entryData(entry: EslEntry): Uint8Array {
  if (!entry.type.startsWith('x509-')) return entry.data;
  return concatBytes(entry.data, entry.revokedAt === undefined ? new Uint8Array(16) : efiTime(entry.revokedAt));
}

/** EFI_TIME: 16 bytes, UTC, whole seconds (UEFI 2.11, section 8.3). */
function efiTime(date: Date): Uint8Array {
  const fields = [
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ];
  return concatBytes(u16le(date.getUTCFullYear()), Uint8Array.from(fields), new Uint8Array(9));
}
