import type { HashName } from '../bytes/engine.ts';
import { hexOf } from '../bytes/hex.ts';
import { digestOf, readAlgorithm } from './algorithms.ts';
import type { SignedContent } from './cms.ts';
import { fieldError, fieldsOf, objectIdentifier, TAG, takeOctets } from './der-fields.ts';
import { type DerDocument, type DerNode, readDer } from './der.ts';

/** SPC_INDIRECT_DATA_OBJID: the content type of every Authenticode signature. */
export const SPC_INDIRECT_DATA = '1.3.6.1.4.1.311.2.1.4';
/** SPC_PE_IMAGE_DATA_OBJID: what is signed is a PE image. */
export const SPC_PE_IMAGE_DATA = '1.3.6.1.4.1.311.2.1.15';
/** SPC_INDIVIDUAL_SP_KEY_PURPOSE_OBJID: what pesign before 0.113 wrote there; Linux `mscode_note_content_type` takes it. */
export const SPC_INDIVIDUAL_PURPOSE = '1.3.6.1.4.1.311.2.1.21';

/** What a signature says of the image ("Windows Authenticode PE Signature Format", SpcIndirectDataContent). */
export interface IndirectData {
  /** Dotted OID of the kind of thing that is signed. */
  readonly dataType: string;
  /** Whether exactly one description of the thing follows. */
  readonly described: 'yes' | 'no';
  /** Null when bootpol does not know the OID. */
  readonly algorithm: HashName | null;
  readonly algorithmOid: string;
  /** Lower-case hex. */
  readonly digest: string;
}

/**
 * Reads `SEQUENCE { SpcAttributeTypeAndOptionalValue, DigestInfo }`.
 *
 * SpcPeImageData itself (page hashes, an obsolete link) is left alone: its bytes are signed, and nobody who boots reads
 * them.
 *
 * @throws FormatError `asn1-field`, `der-…`.
 */
export function readIndirectData(document: DerDocument, content: SignedContent): IndirectData {
  if (content.form === 'wrapped') {
    const { layer, offsetBytes } = document.place;
    const inner = readDer(content.octets, { layer, offsetBytes: offsetBytes + content.node.contentStart });
    if (inner.deviation !== null) throw fieldError(document, content.node.start, inner.deviation.text);
    if (inner.root.end !== content.octets.length)
      throw fieldError(document, content.node.end, 'bytes after the content');
    return readIndirectDataNode(inner, inner.root);
  }
  return readIndirectDataNode(document, content.node);
}

function readIndirectDataNode(document: DerDocument, node: DerNode): IndirectData {
  if (node.tag !== TAG.sequence) throw fieldError(document, node.start, 'a SpcIndirectDataContent that is no SEQUENCE');
  const fields = fieldsOf(document, node);
  const typed = fields.take(TAG.sequence, 'SpcAttributeTypeAndOptionalValue');
  const data = fieldsOf(document, typed);
  const dataType = objectIdentifier(document, data.take(TAG.objectIdentifier, 'data type'));
  const digestInfo = fieldsOf(document, fields.take(TAG.sequence, 'DigestInfo'));
  fields.done('SpcIndirectDataContent');
  const algorithm = readAlgorithm(document, digestInfo.take(TAG.sequence, 'digest algorithm'));
  const digest = takeOctets(document, digestInfo, 'digest');
  digestInfo.done('DigestInfo');
  const described = typed.children.length === 2 ? 'yes' : 'no';
  return {
    dataType,
    described,
    algorithm: digestOf(algorithm.oid),
    algorithmOid: algorithm.oid,
    digest: hexOf(digest),
  };
}
