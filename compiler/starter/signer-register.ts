import { STRANGER } from '../check/given-properties.ts';
import type { ObservedCertificate, ObservedSignature } from './observed.ts';
import { commentText, nameFrom, nameGiver, textLiteral } from './wording.ts';

/** A signer set of a starter policy that stands for one certificate. */
export interface StarterSigner {
  /** In the policy. */
  readonly name: string;
  /** SHA-256 of the certificate, lower-case hex. */
  readonly sha256: string;
}

/** Where the policy finds a signer's certificate: a path to write, or null for a param that the caller binds. */
export type SignerFiles = ((name: string) => string) | null;

/** The signers of a policy in the making. */
export interface SignerRegister {
  /** The set of all who signed; a union gets the name that is wanted. */
  readonly setOf: (signatures: readonly ObservedSignature[], wantedName: string) => string;
  /** Those whom some of the conditions name, in the order in which they were asked for. */
  readonly namedIn: (conditions: readonly string[]) => NamedSigners;
}

/** Signers that a policy needs, and how it states them. */
export interface NamedSigners {
  readonly signers: readonly StarterSigner[];
  readonly statements: (files: SignerFiles) => readonly string[];
}

/** Starts with nobody. */
export function signerRegister(): SignerRegister {
  const freeName = nameGiver([STRANGER]);
  const single = new Map<string, StarterSigner & ObservedCertificate>();
  const unions = new Map<string, string>();
  const nameOf = (anchor: ObservedCertificate): string => {
    const known = single.get(anchor.sha256);
    if (known !== undefined) return known.name;
    const name = freeName(nameFrom(commonName(anchor.subject), 'signer'));
    single.set(anchor.sha256, { ...anchor, name });
    return name;
  };
  return {
    setOf: (signatures, wantedName) => {
      const members = [...new Set(signatures.map(({ anchor }) => nameOf(anchor)))].sort();
      const [only = ''] = members;
      if (members.length === 1) return only;
      const list = members.join(', ');
      const name = unions.get(list) ?? freeName(wantedName);
      unions.set(list, name);
      return name;
    },
    namedIn: (conditions) => {
      const text = conditions.join('\n');
      const isNamed = (name: string): boolean => new RegExp(`\\bby ${name}(?![\\w-])`).test(text);
      const sets = [...unions].filter(([, name]) => isNamed(name));
      const members = sets.flatMap(([list]) => list.split(', '));
      const signers = [...single.values()].filter(({ name }) => members.includes(name) || isNamed(name));
      return {
        signers: signers.map(({ name, sha256 }) => ({ name, sha256 })),
        statements: (files) => [
          ...signers.flatMap((signer) => statementOf(signer, files)),
          ...sets.map(([list, name]) => `signers ${name} = { ${list} }`),
        ],
      };
    },
  };
}

function statementOf({ name, subject, sha256 }: StarterSigner & ObservedCertificate, files: SignerFiles): string[] {
  const path = files === null ? null : textLiteral(files(name));
  const told = [`# ${commentText(subject, 90)}`, `#   sha256 ${sha256}`];
  if (path !== null) return [...told, `signers ${name} = file ${path}`];
  return [...told, `#   --bind ${name}=FILE, or let \`bootpol init --keys DIR\` write it`, `param signers ${name}`];
}

/** The CN of a name in RFC 4514, escapes left out; the whole name where it has none. */
function commonName(subject: string): string {
  return /(?:^|[,+])CN=((?:[^,+\\]|\\.)*)/is.exec(subject)?.[1]?.replace(/\\/g, '') ?? subject;
}
