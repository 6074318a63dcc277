import { newKeyRing, type KeyKind } from './keys.ts';
import { newSigner, type Signer } from './x509.ts';

/**
 * Makes throw-away signers for the signer sets of a policy: self-signed certificates that stand in the place of the
 * anchors, made when something is signed by them. Keys are random and leave the process with it.
 *
 * @param sources every set with the sets that bring its anchors, as the compiler lists them.
 * @param own signers that exist, by the names of their sets; nothing can be said of their certificates and keys.
 */
export function newGivenCast(
  sources: Readonly<Record<string, readonly string[]>>,
  own: ReadonlyMap<string, Signer> = new Map(),
): GivenCast {
  const ring = newKeyRing();
  const signers = new Map<string, Map<string, Signer>>();
  const revoked = new Map<string | null, Signer[]>();
  const make = (source: string, how: SigningMark): Signer => {
    const trait = traitOf(how);
    // A key of its own where the certificate is revoked: nobody is to find the other one by it.
    const key = ring.pair(how.key, how.revokedBy === 'nobody' ? source : `${source}${trait}`);
    const made = newSigner({ subject: `${source}${trait} (test)`, key, ...(how.expired ? LONG_AGO : {}) });
    if (how.revokedBy !== 'nobody') remembered(revoked, how.revokedBy.set, () => []).push(made);
    return made;
  };
  const revokedIn = (set: string | null): readonly Signer[] => revoked.get(set) ?? [];
  return {
    signer: (set, how) => {
      const source = sources[set]?.[0] ?? set;
      const brought = own.get(source);
      if (brought !== undefined) return unmarked(brought, how, source);
      const known = remembered(signers, source, () => new Map<string, Signer>());
      return remembered(known, JSON.stringify(how), () => make(source, how));
    },
    anchorsOf: (set) =>
      [...(sources[set] ?? []).flatMap((source) => [...(signers.get(source)?.values() ?? [])]), ...revokedIn(set)].map(
        ({ certificateDer }) => certificateDer,
      ),
    revoked: () => revokedIn(null).map(({ certificateDer }) => certificateDer),
    made: () => [...signers.values()].flatMap((known) => [...known.values()]),
  };
}

/** Who signs what a test gives. */
export interface GivenCast {
  /** A certificate that stands for the first source of a set; one that no set trusts where there is no such set. */
  signer(set: string, how: SigningMark): Signer;
  /** DER certificates that stand for a set: those that have signed by now, and those revoked through it. */
  anchorsOf(set: string): readonly Uint8Array[];
  /** DER certificates that stand on the policy's own list of revocations. */
  revoked(): readonly Uint8Array[];
  /** All throw-away signers that have signed by now. */
  made(): readonly Signer[];
}

/** What is particular about a signing certificate. */
export interface SigningMark {
  readonly key: KeyKind;
  readonly expired: boolean;
  /** `set` null: the policy's own list. */
  readonly revokedBy: 'nobody' | { readonly set: string | null };
}

function unmarked(signer: Signer, how: SigningMark, name: string): Signer {
  if (how.key === 'rsa2048' && !how.expired && how.revokedBy === 'nobody') return signer;
  throw new Error(
    `\`${name}\` signs with a key that is given: no \`key\`, \`expired\` or \`revoked\` can be said of it`,
  );
}

const LONG_AGO = { notBefore: new Date('2001-01-01T00:00:00Z'), notAfter: new Date('2002-01-01T00:00:00Z') };

function traitOf({ key, expired, revokedBy }: SigningMark): string {
  const by = revokedBy === 'nobody' ? '' : `, revoked${revokedBy.set === null ? '' : ` by ${revokedBy.set}`}`;
  return `${key === 'rsa2048' ? '' : `, ${key}`}${expired ? ', expired' : ''}${by}`;
}

function remembered<K, V>(memory: Map<K, V>, key: K, make: () => V): V {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const made = make();
  memory.set(key, made);
  return made;
}
