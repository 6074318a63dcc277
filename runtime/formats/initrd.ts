import { attempt, type Finding } from '../bytes/format-error.ts';
import { identifyCodec } from '../codecs/codec.ts';
import type { Codec } from '../contract/vocabulary.ts';
import { appearanceOf } from './appearance.ts';
import { startsCpio, walkCpio } from './cpio-walk.ts';
import {
  type DecodedBytes,
  EMPTY_READING,
  type PartPlan,
  plainPart,
  type Reading,
  type ReaderHost,
} from './reading.ts';
import { type Claim, drawRegions } from './regions.ts';
import { firstNonZero } from './zero-bytes.ts';
import { faultAt } from './fault-at.ts';

/**
 * Reads an initrd: cpio archives and compressed cpio archives one after the other, zeros between them.
 *
 * Follows Linux init/initramfs.c `unpack_to_rootfs`: where a member ends is known only by walking or decoding it, so
 * every compressed member is decoded here, once. All members together may decode to one layer's limit. Linux takes an
 * uncompressed archive only at a multiple of 4, and after one nothing else either. Its decompressors stop at the end of
 * the first stream, where it wants to be between two entries (`state != Reset`): streams that touch are members each.
 *
 * Members before one that cannot be read are there all the same; the layer has the fault `initrd-junk`,
 * `initrd-misaligned`, `cpio-…`, `codec-…` or `limit-…` then.
 */
export function readInitrd(bytes: Uint8Array, host: ReaderHost): Reading {
  const members: PartPlan[] = [];
  const claims: Claim[] = [];
  let fault: Finding | null = null;
  for (let at = firstNonZero(bytes, 0, bytes.length); at < bytes.length; ) {
    const place = { at, index: members.length, after: members[members.length - 1] ?? null };
    const member = attempt(() => readMember(bytes, host, place));
    if (!member.ok) {
      fault = member.finding;
      claims.push({ range: [at, bytes.length], role: 'stray', name: 'unread' });
      break;
    }
    members.push(member.value);
    claims.push({ range: member.value.range, role: 'payload', name: member.value.slot });
    at = firstNonZero(bytes, member.value.range[1], bytes.length);
  }
  const codecs = [...new Set(members.map((member) => member.codec))];
  return {
    ...EMPTY_READING,
    fault,
    compression: codecs.length === 0 ? ['none'] : codecs,
    regions: drawRegions(bytes, claims, (_before, _after, range) => [{ range, role: 'padding', name: 'zeros' }]),
    parts: members,
  };
}

interface MemberPlace {
  readonly at: number;
  readonly index: number;
  readonly after: PartPlan | null;
}

function readMember(bytes: Uint8Array, host: ReaderHost, place: MemberPlace): PartPlan {
  const { at, index, after } = place;
  if (index >= host.limits.layerCountLimit)
    throw faultAt(host.layer, ['limit-layer-count', `more than ${index} members`], at);
  const isArchive = startsCpio(bytes, at);
  if (at % 4 !== 0 && (isArchive || after?.codec === 'none')) {
    const text = `the member at ${at} does not start at a multiple of 4`;
    throw faultAt(host.layer, ['initrd-misaligned', text], at);
  }
  const common = {
    slot: `member ${index}`,
    kind: 'cpio' as const,
    segment: index === 0 ? 'cpio' : `cpio#${index + 1}`,
  };
  if (isArchive) return plainPart({ ...common, range: [at, endOfArchive(bytes, host, at)] });
  const rest = bytes.subarray(at);
  const codec = identifyCodec(rest);
  if (codec === null) throw faultAt(host.layer, ['initrd-junk', `there is ${appearanceOf(rest)} at ${at}`], at);
  const decoded = decodeMember(rest, host, { at, codec });
  if (index === 0) refuseLateStart(decoded, host, { at, codec });
  return plainPart({ ...common, range: [at, at + decoded.consumedBytes], codec, decoded });
}

interface CompressedMember {
  readonly at: number;
  readonly codec: Codec;
}

function decodeMember(rest: Uint8Array, host: ReaderHost, { at, codec }: CompressedMember): DecodedBytes {
  const decoded = host.decode(codec, rest, { baseOffsetBytes: at, statedSizeBytes: null, streams: 'first' });
  if (decoded.consumedBytes > 0) return decoded;
  throw faultAt(host.layer, ['initrd-junk', `the ${codec} data at ${at} have no bytes`], at);
}

/** `flush_buffer` starts in state `Start`, where a header must come at once; after an archive, zeros may. */
function refuseLateStart({ bytes }: DecodedBytes, host: ReaderHost, { at, codec }: CompressedMember): void {
  if (bytes.length > 0 && bytes[0] !== 0) return;
  const what = bytes.length === 0 ? 'nothing' : 'zeros before any archive';
  throw faultAt(host.layer, ['initrd-junk', `the ${codec} data at ${at} hold ${what}; Linux reports junk`], at);
}

function endOfArchive(bytes: Uint8Array, host: ReaderHost, at: number): number {
  const walk = walkCpio(bytes, host.layer, at);
  for (;;) {
    const step = walk.next();
    if (step.done === true) return step.value.endBytes;
  }
}
