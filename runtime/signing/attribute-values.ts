import { isEarlyGeneralizedTime, TAG } from './der-fields.ts';
import { type DerDocument, type DerNode } from './der.ts';
import { ATTRIBUTE, firstUnsorted, type SignerInfo } from './signer-info.ts';

/**
 * The first attribute value that ends the parsing of OpenSSL 3 (crypto/asn1/tasn_dec.c `asn1_ex_c2i`): a time that is
 * too short, or a string that is not whole characters. OpenSSL 1.0.2, which shim has, does not look.
 */
export function impossibleValue({ signedAttributes, unsignedAttributes }: SignerInfo): DerNode | null {
  const attributes = [...(signedAttributes?.attributes ?? []), ...unsignedAttributes];
  return attributes.flatMap(({ values }) => values).find((value) => hasImpossibleLength(value)) ?? null;
}

function hasImpossibleLength({ tag, contentStart, contentEnd }: DerNode): boolean {
  const length = contentEnd - contentStart;
  if (tag === TAG.utcTime) return length < 'YYMMDDhhmmssZ'.length;
  if (tag === TAG.generalizedTime) return length < 'YYYYMMDDhhmmssZ'.length;
  if (tag === BMP_STRING) return length % 2 !== 0;
  return tag === UNIVERSAL_STRING && length % 4 !== 0;
}

const BMP_STRING = 0x1e;
const UNIVERSAL_STRING = 0x1c;

/** The first value of a signed attribute that DER would put elsewhere (X.690, section 11.6). */
export function unsortedValue(document: DerDocument, { signedAttributes }: SignerInfo): DerNode | null {
  for (const { values } of signedAttributes?.attributes ?? []) {
    const unsorted = firstUnsorted(document, values);
    if (unsorted !== null) return unsorted;
  }
  return null;
}

/** A signingTime that is a GeneralizedTime before 2050. @throws FormatError `asn1-field` when it is no time. */
export function earlySigningTime(document: DerDocument, { signedAttributes }: SignerInfo): DerNode | null {
  const values = (signedAttributes?.attributes ?? [])
    .filter(({ oid }) => oid === ATTRIBUTE.signingTime)
    .flatMap((attribute) => attribute.values);
  return values.find((value) => isEarlyGeneralizedTime(document, value)) ?? null;
}
