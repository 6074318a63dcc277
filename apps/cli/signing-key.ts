import { createPrivateKey, type KeyObject } from 'node:crypto';
import { ownSigner, type Signer } from '../../forge/index.ts';
import type { CommandIo } from './io.ts';

/** Who signs: a certificate with the ways to its private key. */
export interface SigningKey {
  readonly signer: Signer;
  /** DER certificates to embed behind the signer's. */
  readonly issuers: readonly Uint8Array[];
  /** `here`: the private key is in memory; `token`: `openssl` reaches it by this URI; `elsewhere`: it signs by hand. */
  readonly place: 'here' | { readonly token: string } | 'elsewhere';
}

/** A key, or why there is none: a text that never holds anything of a private key or a passphrase. */
export type SigningKeyRead =
  | { readonly ok: true; readonly key: SigningKey }
  | { readonly ok: false; readonly text: string };

/**
 * Reads `[KEY,]CERT`. KEY is a PEM file or a PKCS#11 URI; CERT a PEM file, the signer first and then its issuers, or one
 * certificate in DER. A PEM file that holds both stands alone.
 */
export function readSigningKey(spec: string, passphrases: readonly string[], io: CommandIo): SigningKeyRead {
  const comma = spec.lastIndexOf(',');
  const [keySpec, path] = comma < 0 ? [null, spec] : [spec.slice(0, comma), spec.slice(comma + 1)];
  if (path.startsWith('pkcs11:')) return fault('a certificate is read from a file, not from a token: give `URI,CERT`');
  const read = io.readNow(path);
  if (!read.ok) return fault(`cannot read certificate \`${path}\`: ${read.text}`);
  const [certificate, ...issuers] = certificatesIn(read.bytes);
  if (certificate === undefined) return fault(`\`${path}\` holds no certificate`);
  if (keySpec?.startsWith('pkcs11:') === true) {
    return signingKey({ certificate, issuers, path }, null, { token: keySpec });
  }
  const keyPath = keySpec ?? (holdsPrivateKey(read.bytes) ? path : null);
  if (keyPath === null) return signingKey({ certificate, issuers, path }, null, 'elsewhere');
  const privateKey = readPrivateKey(keyPath, passphrases, io);
  if ('text' in privateKey) return fault(privateKey.text);
  return signingKey({ certificate, issuers, path }, privateKey.key, 'here');
}

/** The passphrases of `file:PATH` and `env:NAME`; one line end at the end of a file is no part of it. */
export function readPassphrase(
  source: string,
  io: CommandIo,
): { readonly passphrase: string } | { readonly text: string } {
  if (source.startsWith('file:')) {
    const read = io.readNow(source.slice(5));
    if (!read.ok) return { text: `cannot read passphrase file \`${source.slice(5)}\`: ${read.text}` };
    return { passphrase: new TextDecoder().decode(read.bytes).replace(/\r?\n$/, '') };
  }
  if (!source.startsWith('env:')) return { text: '`--passphrase` wants file:PATH or env:NAME' };
  const value = io.environment[source.slice(4)];
  return value === undefined ? { text: `there is no variable \`${source.slice(4)}\`` } : { passphrase: value };
}

/** The URI without its PIN, for people to read. */
export function shownUri(uri: string): string {
  return uri.replace(/(pin-value=)[^&;]*/g, '$1…');
}

interface CertificateFile {
  readonly certificate: Uint8Array;
  readonly issuers: readonly Uint8Array[];
  readonly path: string;
}

function signingKey(file: CertificateFile, key: KeyObject | null, place: SigningKey['place']): SigningKeyRead {
  const { certificate, issuers, path } = file;
  try {
    return { ok: true, key: { signer: ownSigner(certificate, key), issuers, place } };
  } catch (error) {
    const why = error instanceof Error && !('code' in error) ? error.message : 'it cannot be read';
    return fault(`certificate \`${path}\`: ${why}`);
  }
}

function fault(text: string): SigningKeyRead {
  return { ok: false, text };
}

function certificatesIn(bytes: Uint8Array): readonly Uint8Array[] {
  if (bytes[0] === DER_SEQUENCE) return [bytes];
  const text = Buffer.from(bytes).toString('latin1');
  const blocks = text.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----/g);
  return Array.from(blocks, ([, base64 = '']) => Uint8Array.from(Buffer.from(base64, 'base64')));
}

const DER_SEQUENCE = 0x30;

function holdsPrivateKey(bytes: Uint8Array): boolean {
  return /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(Buffer.from(bytes).toString('latin1'));
}

function readPrivateKey(
  path: string,
  passphrases: readonly string[],
  io: CommandIo,
): { readonly key: KeyObject } | { readonly text: string } {
  const read = io.readNow(path);
  if (!read.ok) return { text: `cannot read private key \`${path}\`: ${read.text}` };
  const pem = Buffer.from(read.bytes);
  const isEncrypted = /BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: 4,ENCRYPTED/.test(pem.toString('latin1'));
  if (isEncrypted && passphrases.length === 0) {
    return { text: `private key \`${path}\` is encrypted: give \`--passphrase file:PATH\` or \`env:NAME\`` };
  }
  for (const passphrase of isEncrypted ? passphrases : [undefined]) {
    const key = openedKey(pem, passphrase);
    if (key !== null) return { key };
  }
  if (isEncrypted) return { text: `no passphrase that is given opens private key \`${path}\`` };
  return { text: `\`${path}\` holds no private key in PEM` };
}

/** What Node says of a key that it cannot read is for programmers, and may quote the file. */
function openedKey(pem: Buffer, passphrase: string | undefined): KeyObject | null {
  try {
    return createPrivateKey({ key: pem, format: 'pem', ...(passphrase === undefined ? {} : { passphrase }) });
  } catch {
    return null;
  }
}
