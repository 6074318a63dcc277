import { authenticodeDigest } from './authenticode-digest.ts';
import { asBer, type BerStyle } from './ber.ts';
import { concatBytes } from './bytes.ts';
import { attribute, CMS_OIDS } from './cms.ts';
import { octetString } from './der.ts';
import { type RecipeRow, signedBy } from './recipe.ts';
import { type PeSignatureSpec, signPe, spcContent } from './sign.ts';
import type { SignerName, SignerSet } from './signer-set.ts';
import { smallProgram } from './small-program.ts';
import { countersignatureAttribute, rfc3161Attribute, type TimestampSpec } from './timestamps.ts';
import { chainOf } from './x509.ts';

const PROGRAM = smallProgram({});
/** Checkers hash it as it lies, so that BER would be other contents. */
const CONTENT = spcContent('sha256', authenticodeDigest(PROGRAM, 'sha256', 'specification'));
const STAMPED_AT = new Date('2025-03-04T05:06:07.250Z');
const DEFINITE: BerStyle = { constructed: 'definite', lengthPadding: 0, pieceBytes: null, kept: [] };

/** ML-DSA, timestamps, absent signers and BER. */
export const SIGNING_RECIPES: readonly RecipeRow[] = [
  ['mldsa44', 'ML-DSA-44 with SHA-512', signedBy('mldsa44', PROGRAM, { digest: 'sha512' })],
  ['mldsa65', 'ML-DSA-65 with SHA-512', signedBy('mldsa65', PROGRAM, { digest: 'sha512' })],
  ['mldsa87', 'ML-DSA-87 with SHA-512', signedBy('mldsa87', PROGRAM, { digest: 'sha512' })],
  ['mldsa65-sha256', 'ML-DSA-65 over attributes with SHA-256', signedBy('mldsa65', PROGRAM, {})],
  [
    'mldsa65-broken',
    'ML-DSA-65, a bit flipped',
    signedBy('mldsa65', PROGRAM, { digest: 'sha512', signature: 'broken' }),
  ],
  ['timestamp-rfc3161', 'an RFC 3161 timestamp', stamped({})],
  ['timestamp-rfc3161-sha512', 'an RFC 3161 timestamp over SHA-512', stamped({ digest: 'sha512' })],
  ['timestamp-other-signature', 'a timestamp of another signature', stamped({ about: new Uint8Array(256) })],
  ['timestamp-broken', 'a timestamp with a bit flipped', stamped({ info: { signature: 'broken' } })],
  ['timestamp-two-purposes', 'a timestamp by a certificate for code too', stamped({}, 'tsa-for-code-too')],
  ['timestamp-code-signer', 'a timestamp by a code signer', stamped({}, 'evil')],
  ['timestamp-countersignature', 'a PKCS#9 countersignature', countersigned({})],
  [
    'timestamp-countersignature-other',
    'a countersignature of another value',
    countersigned({ about: new Uint8Array(64) }),
  ],
  ['timestamp-two', 'a token and a countersignature', twoStamps],
  [
    'timestamp-malformed',
    'a timestamp that is no token',
    unsigned(CMS_OIDS.spcTimestamp, octetString(new Uint8Array(9))),
  ],
  [
    'nested-malformed',
    'a nested signature that is none',
    unsigned(CMS_OIDS.spcNestedSignature, octetString(new Uint8Array(9))),
  ],
  [
    'ski-no-certificates',
    'a signer named by key identifier and not embedded',
    signedBy('good', PROGRAM, { identifier: 'subject-key-identifier', version: 3, embed: [] }),
  ],
  ['ber-indefinite', 'indefinite lengths', inBer({ constructed: 'indefinite' }, 'der')],
  ['ber-long-lengths', 'lengths in more octets than they need', inBer({ lengthPadding: 1 }, 'der')],
  ['ber-pieces', 'OCTET STRINGs in pieces', inBer({ pieceBytes: 10 }, 'der')],
  ['ber-attributes-reencoded', 'attributes in BER, signed as DER', inBer({ lengthPadding: 1 }, 'ber')],
  ['ber-attributes-raw', 'attributes in BER, signed as they lie', rawAttributes],
  ['ber-spoilt', 'indefinite lengths, the last end-of-contents spoilt', spoiltBer],
  [
    'cms-70k',
    'a CMS of more than 65535 bytes',
    signedBy('good', PROGRAM, {
      unsignedAttributes: [attribute('1.3.6.1.4.1.99999.2', octetString(new Uint8Array(70_000)))],
    }),
  ],
];

function stamped(spec: Partial<TimestampSpec>, name: SignerName = 'tsa'): (people: SignerSet) => Uint8Array {
  return (people) => {
    const authority = people.get(name);
    const countersignature = (value: Uint8Array): readonly Uint8Array[] => [
      rfc3161Attribute(value, { authority, at: STAMPED_AT, ...spec }),
    ];
    return signPe(PROGRAM, { signers: [{ signer: people.get('good'), countersigned: countersignature }] });
  };
}

function countersigned(spec: Partial<TimestampSpec>): (people: SignerSet) => Uint8Array {
  return (people) => {
    const authority = people.get('tsa');
    const signer = people.get('good');
    return signPe(PROGRAM, {
      signers: [
        {
          signer,
          embed: [...chainOf(signer), ...chainOf(authority)],
          countersigned: (value) => [countersignatureAttribute(value, { authority, at: STAMPED_AT, ...spec })],
        },
      ],
    });
  };
}

function twoStamps(people: SignerSet): Uint8Array {
  const authority = people.get('tsa');
  const signer = people.get('good');
  const later = new Date(STAMPED_AT.getTime() + 86_400_000);
  const signature: PeSignatureSpec = {
    signer,
    embed: [...chainOf(signer), ...chainOf(authority)],
    countersigned: (value) => [
      rfc3161Attribute(value, { authority, at: later }),
      countersignatureAttribute(value, { authority, at: STAMPED_AT }),
    ],
  };
  return signPe(PROGRAM, { signers: [signature] });
}

function unsigned(type: string, value: Uint8Array): (people: SignerSet) => Uint8Array {
  return signedBy('good', PROGRAM, { unsignedAttributes: [attribute(type, value)] });
}

/** The CMS in BER, its certificates as they are; the signed attributes too when they are to stay `der`. */
function inBer(style: Partial<BerStyle>, attributes: 'der' | 'ber'): (people: SignerSet) => Uint8Array {
  return (people) => {
    const signer = people.get('good');
    const stored: Uint8Array[] = [];
    const signature: PeSignatureSpec = {
      signer,
      attributesStored: (set) => {
        if (attributes === 'der') stored.push(concatBytes(Uint8Array.of(0xa0), set.subarray(1)));
        return set;
      },
      blob: (der) =>
        asBer(der, { ...DEFINITE, ...style, kept: [CONTENT, signer.issuerDer, ...chainOf(signer), ...stored] }),
    };
    return signPe(PROGRAM, { signers: [signature] });
  };
}

/** Only the length of the attributes is longer than it needs to be, and it was hashed so. */
function rawAttributes(people: SignerSet): Uint8Array {
  const lying = (set: Uint8Array): Uint8Array => {
    const octets = set[1] ?? 0;
    const header = octets < 0x80 ? [0x81, octets] : [0x82, 0, set[2] ?? 0];
    return concatBytes(Uint8Array.of(set[0] ?? 0, ...header), set.subarray(octets < 0x80 ? 2 : 3));
  };
  return signPe(PROGRAM, {
    signers: [{ signer: people.get('good'), attributesStored: lying, attributesSigned: lying }],
  });
}

function spoiltBer(people: SignerSet): Uint8Array {
  const signer = people.get('good');
  const blob = (der: Uint8Array): Uint8Array => {
    const ber = asBer(der, {
      ...DEFINITE,
      constructed: 'indefinite',
      kept: [CONTENT, signer.issuerDer, ...chainOf(signer)],
    });
    ber[ber.length - 1] = 1;
    return ber;
  };
  return signPe(PROGRAM, { signers: [{ signer, blob }] });
}
