import { attempt } from '../bytes/format-error.ts';
import type { SignedData } from '../signing/cms.ts';
import { fieldsOf, TAG } from '../signing/der-fields.ts';
import type { DerDocument, DerNode } from '../signing/der.ts';
import type { RuleCode } from './enforcer-rules.ts';

/** What `d2i_PKCS7` makes of parts that nobody uses afterwards. */
export interface OpensslFormFault {
  readonly rule: RuleCode;
  readonly text: string;
}

/**
 * Why OpenSSL does not parse a SignedData that is one for other readers (crypto/pkcs7/pk7_asn1.c): content of the type
 * data that is no OCTET STRING, and revocation lists that are none.
 */
export function opensslFormFault(signed: SignedData): OpensslFormFault | null {
  const { content, contentType, document, revocationLists } = signed;
  if (contentType === DATA && content !== null && content.form !== 'wrapped') {
    return { rule: 'cms-unreadable', text: 'content of the type data that is no OCTET STRING' };
  }
  const read = attempt(() => {
    for (const list of revocationLists?.children ?? []) checkRevocationList(document, list);
  });
  return read.ok ? null : { rule: 'cms-revocation-lists', text: read.finding.text };
}

const DATA = '1.2.840.113549.1.7.1';

/** CertificateList (RFC 5280, section 5.1), as far as its outline. @throws FormatError `asn1-field`. */
function checkRevocationList(document: DerDocument, node: DerNode): void {
  const list = fieldsOf(document, node);
  const signed = fieldsOf(document, list.take(TAG.sequence, 'TBSCertList'));
  list.take(TAG.sequence, 'signature algorithm');
  list.take(TAG.bitString, 'signature value');
  list.done('revocation list');
  signed.takeIf(TAG.integer);
  signed.take(TAG.sequence, 'signature algorithm');
  signed.take(TAG.sequence, 'issuer');
  if (signed.takeIf(TAG.utcTime) === null) signed.take(TAG.generalizedTime, 'thisUpdate');
  if (signed.takeIf(TAG.utcTime) === null) signed.takeIf(TAG.generalizedTime);
  signed.takeIf(TAG.sequence);
  signed.takeIf(TAG.explicit0);
  signed.done('TBSCertList');
}
