import type { KeyKind, KeyRing } from '../../../forge/keys.ts';
import { newSigner, type Signer, type SignerSpec } from '../../../forge/x509.ts';
import type { Construction } from './dimensions.ts';

/** Who signs a variant, what is embedded, and who is trusted. */
export interface ChainCast {
  readonly signer: Signer;
  readonly embed: readonly Signer[];
  readonly anchor: Signer;
}

/** People of all variants: keys are made once, certificates once for each kind of key. */
export interface Cast {
  chainFor(chain: Construction['chain'], kind: KeyKind): ChainCast;
  /** Self-signed, trusted by nobody. */
  readonly stranger: Signer;
  /** A stranger of the other family of keys. */
  readonly strangerOnCurve: Signer;
  readonly timestamper: Signer;
}

/** Makes the cast. Keys come from the ring. */
export function newCast(ring: KeyRing): Cast {
  const known = new Map<string, ChainCast>();
  const people = authorities(ring);
  return {
    ...people,
    chainFor: (chain, kind) => {
      const label = `${chain}/${kind}`;
      const cast = known.get(label) ?? chainCast(chain, { kind, ring, people });
      known.set(label, cast);
      return cast;
    },
  };
}

type Authorities = ReturnType<typeof authorities>;

interface Casting {
  readonly kind: KeyKind;
  readonly ring: KeyRing;
  readonly people: Authorities;
}

const PAST = { notBefore: new Date('2015-01-01T00:00:00Z'), notAfter: new Date('2018-01-01T00:00:00Z') };

function authorities(ring: KeyRing) {
  const rootKey = ring.pair('rsa2048', 'root');
  const middleKey = ring.pair('rsa2048', 'middle');
  const strangerKey = ring.pair('rsa2048', 'stranger');
  const root = newSigner({ subject: 'Oracle root', key: rootKey, ca: true });
  const middle = (how: Partial<SignerSpec>): Signer =>
    newSigner({ subject: 'Oracle intermediate', key: middleKey, ca: true, issuer: root, ...how });
  const narrow = middle({ subject: 'Oracle narrow', pathLength: 0, key: strangerKey });
  return {
    root,
    middle: middle({}),
    middleExpired: middle(PAST),
    middleNotCa: middle({ ca: false, eku: [] }),
    middleNarrow: middle({ issuer: narrow }),
    middleNamed: middle({ subject: 'Oracle other name' }),
    middleOther: middle({ key: strangerKey }),
    stranger: newSigner({ subject: 'Oracle stranger', key: strangerKey }),
    /** Trusted, and signs nothing. */
    other: newSigner({ subject: 'Oracle other', key: ring.pair('rsa2048', 'other') }),
    strangerOnCurve: newSigner({ subject: 'Oracle stranger', key: ring.pair('p256', 'stranger') }),
    timestamper: newSigner({
      subject: 'Oracle time',
      key: middleKey,
      eku: ['timeStamping'],
      ekuCriticality: 'critical',
    }),
  };
}

function chainCast(chain: Construction['chain'], { kind, ring, people }: Casting): ChainCast {
  const { root, middle, stranger } = people;
  const key = ring.pair(kind, 'leaf');
  const self = newSigner({ subject: 'Oracle self', key });
  const leaf = (issuer: Signer, how: Partial<SignerSpec> = {}): Signer =>
    newSigner({ subject: 'Oracle leaf', key, issuer, ...how });
  const rooted = (signer: Signer, ...embed: readonly Signer[]): ChainCast => ({
    signer,
    embed: [signer, ...embed],
    anchor: root,
  });
  const usual = leaf(middle);
  switch (chain) {
    case 'self':
      return { signer: self, embed: [self], anchor: self };
    case 'anchor-absent':
      return { signer: self, embed: [], anchor: self };
    case 'stranger':
      return { signer: self, embed: [self], anchor: people.other };
    case 'stranger-chain':
      return { signer: usual, embed: [usual, middle], anchor: people.other };
    case 'imposter':
      return { signer: self, embed: [self], anchor: newSigner({ subject: 'Oracle self', key: stranger.keys }) };
    case 'root':
      return rooted(usual, middle);
    case 'root-embedded':
      return rooted(usual, middle, root);
    case 'intermediate':
      return { signer: usual, embed: [usual, middle], anchor: middle };
    case 'leaf':
      return { signer: usual, embed: [usual], anchor: usual };
    case 'intermediate-missing':
      return rooted(usual);
    case 'signer-absent':
      return { signer: usual, embed: [middle], anchor: root };
    case 'leaf-expired':
      return rooted(leaf(middle, PAST), middle);
    case 'intermediate-expired':
      return rooted(leaf(people.middleExpired), people.middleExpired);
    case 'not-ca':
      return rooted(leaf(people.middleNotCa), people.middleNotCa);
    case 'path-length': {
      const narrow = people.middleNarrow;
      return rooted(leaf(narrow), narrow, ...(narrow.issuer === null ? [] : [narrow.issuer]));
    }
    case 'wrong-name':
      return rooted(usual, people.middleNamed);
    case 'wrong-key':
      return rooted(usual, people.middleOther);
    case 'eku-absent':
      return rooted(leaf(middle, { eku: [] }), middle);
    case 'eku-server':
      return rooted(leaf(middle, { eku: ['serverAuth'] }), middle);
    case 'key-usage':
      return rooted(leaf(middle, { keyUsage: ['keyEncipherment'] }), middle);
  }
}
