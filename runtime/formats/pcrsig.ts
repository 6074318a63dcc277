import { bytesOfBase64 } from '../bytes/base64.ts';
import { attempt, FormatError } from '../bytes/format-error.ts';
import { EMPTY_READING, type Reading, type ReaderHost } from './reading.ts';
import { wholeRegion } from './regions.ts';
import { type JsonNode, readStrictJson } from './strict-json.ts';
import { firstNonZero } from './zero-bytes.ts';

/** One signature of a `.pcrsig` section; nothing is checked against anything yet. */
export interface PcrSignatureEntry {
  /** Name of the bank, such as `sha256`. */
  readonly bank: string;
  /** The registers that the policy is about, ascending. */
  readonly pcrs: readonly number[];
  /** SHA-256 of the signing key (for RSA in PKCS#1 DER), lower-case hex. */
  readonly pkfp: string;
  /** The TPM2 policy digest that is signed, lower-case hex; SHA-256 whatever the bank. */
  readonly pol: string;
  readonly sig: Uint8Array;
  /** The entry's JSON object in the section. */
  readonly offsetBytes: number;
  readonly sizeBytes: number;
}

/** Largest section that is read: some 1,500 signatures. */
const PCRSIG_LIMIT_BYTES = 1024 * 1024;

/**
 * Reads a `.pcrsig` section: JSON up to the first NUL, an object of banks, each a list of signatures (systemd
 * src/measure/measure-tool.c `build_policy_digest`; src/shared/tpm2-util.c `tpm2_load_pcr_signature`).
 *
 * Stricter than systemd: names that come twice, hex of another length, and members of another type are refused.
 * Members that are not known here are passed over, as systemd does.
 *
 * @param layer path, for errors; offsets count from the section's start.
 * @throws FormatError `pcrsig-json`, `pcrsig-entry`, `text-after-nul`, `limit-pcrsig`.
 */
export function readPcrSignatures(bytes: Uint8Array, layer: string): readonly PcrSignatureEntry[] {
  if (bytes.length > PCRSIG_LIMIT_BYTES) {
    const text = `the signatures have ${bytes.length} bytes, more than ${PCRSIG_LIMIT_BYTES}`;
    throw new FormatError({ code: 'limit-pcrsig', text, layer, offsetBytes: 0, lengthBytes: bytes.length });
  }
  const nul = bytes.indexOf(0);
  const end = nul < 0 ? bytes.length : nul;
  const junk = firstNonZero(bytes, end, bytes.length);
  if (junk < bytes.length) {
    const text = `bytes follow the NUL that ends the text at ${end}`;
    throw new FormatError({ code: 'text-after-nul', text, layer, offsetBytes: junk, lengthBytes: bytes.length - junk });
  }
  const root = readStrictJson(bytes.subarray(0, end), { layer, code: 'pcrsig-json' });
  if (root.kind !== 'object') throw entryFault(layer, root, 'the signatures are no JSON object');
  return [...root.members].flatMap(([bank, list]) => {
    if (list.kind !== 'array') throw entryFault(layer, list, `the signatures of bank \`${bank}\` are no array`);
    return list.items.map((item) => readEntry(item, bank, layer));
  });
}

/** A `.pcrsig` section as a layer: its banks and the number of signatures, or a finding that says what is wrong. */
export function readPcrsigSection(bytes: Uint8Array, host: ReaderHost): Reading {
  const read = attempt(() => readPcrSignatures(bytes, host.layer));
  const regions = wholeRegion(bytes, 'contents');
  if (!read.ok) return { ...EMPTY_READING, regions, findings: [read.finding] };
  const banks = [...new Set(read.value.map(({ bank }) => bank))];
  return { ...EMPTY_READING, regions, header: { banks: banks.join(' '), signatures: read.value.length } };
}

/** PCR_SELECT_MAX of the PC client profile: registers 0 to 23. */
const REGISTER_LIMIT = 24;

function readEntry(node: JsonNode, bank: string, layer: string): PcrSignatureEntry {
  if (node.kind !== 'object') throw entryFault(layer, node, 'a signature is no JSON object');
  const member = (name: string): JsonNode => {
    const found = node.members.get(name);
    if (found === undefined) throw entryFault(layer, node, `a signature has no \`${name}\``);
    return found;
  };
  const sig = textOf(member('sig'), 'sig', layer);
  const signature = bytesOfBase64(sig);
  if (signature === null || signature.length === 0) throw entryFault(layer, member('sig'), '`sig` is not base64');
  return {
    bank,
    pcrs: readRegisters(member('pcrs'), layer),
    pkfp: readSha256(member('pkfp'), 'pkfp', layer),
    pol: readSha256(member('pol'), 'pol', layer),
    sig: signature,
    offsetBytes: node.start,
    sizeBytes: node.end - node.start,
  };
}

function readRegisters(node: JsonNode, layer: string): readonly number[] {
  const items = node.kind === 'array' ? node.items : [];
  const numbers = items.map((item) => (item.kind === 'number' ? item.value : -1));
  const isAscending = numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0));
  const areRegisters = numbers.every((number) => Number.isInteger(number) && number >= 0 && number < REGISTER_LIMIT);
  if (numbers.length > 0 && isAscending && areRegisters) return numbers;
  throw entryFault(layer, node, `\`pcrs\` is no ascending list of registers below ${REGISTER_LIMIT}`);
}

function readSha256(node: JsonNode, name: string, layer: string): string {
  const text = textOf(node, name, layer);
  if (/^[0-9a-fA-F]{64}$/.test(text)) return text.toLowerCase();
  throw entryFault(layer, node, `\`${name}\` is no SHA-256 digest in hex`);
}

function textOf(node: JsonNode, name: string, layer: string): string {
  if (node.kind === 'string') return node.text;
  throw entryFault(layer, node, `\`${name}\` is no string`);
}

function entryFault(layer: string, { start, end }: JsonNode, text: string): FormatError {
  return new FormatError({ code: 'pcrsig-entry', text, layer, offsetBytes: start, lengthBytes: end - start });
}
