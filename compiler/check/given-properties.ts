import { LAYER_KIND_NAMES, LAYER_KINDS, type LayerKind } from '../../runtime/contract/layer-kinds.ts';

/** What a test can say of a layer that it gives, besides the signatures on it and the layers in it. */
export interface GivenPropertySpec {
  readonly doc: string;
  readonly layers: readonly LayerKind[];
  readonly value: GivenValue;
  /** An example of its use, inside the layer's braces. */
  readonly example: string;
}

/** What follows the name: one of these words, a number of bytes, the name of a signer set or nothing, nothing. */
export type GivenValue =
  | {
      readonly kind: 'word';
      readonly words: readonly string[];
      /** Words that the language knows and nobody can give, with the reason. */
      readonly unmade?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'size' }
  | { readonly kind: 'signers-or-nothing' }
  | { readonly kind: 'nothing' };

const PE = LAYER_KIND_NAMES.filter((kind) => LAYER_KINDS[kind].pe);
/** What a signature can be put on: an initrd takes an appended one. */
const SIGNABLE: readonly LayerKind[] = [...PE, 'initrd'];
const ENCODING: readonly LayerKind[] = ['zboot', 'bzimage', 'initrd', 'compressed'];
const NOTHING: GivenValue = { kind: 'nothing' };

/** Every property that `given` takes. The forge makes each of them; a test of the command holds the two together. */
export const GIVEN_PROPERTIES: Readonly<Record<string, GivenPropertySpec>> = {
  compression: {
    doc: 'the compression of the contents; gzip when nothing is said. the others are written without compressing, for which bzip2 has no form',
    layers: ENCODING,
    value: {
      kind: 'word',
      words: ['none', 'gzip', 'zstd', 'xz', 'lzma', 'lz4', 'lzo'],
      unmade: { bzip2: 'bzip2 has no form that is not compressed, and tests write no other' },
    },
    example: 'compression zstd',
  },
  arch: {
    doc: 'the architecture; that of the kernel in it, arm64, or x86-64 for a bzimage and a pe when nothing is said. ia32 is for these two and what holds them',
    layers: PE,
    value: { kind: 'word', words: ['x86-64', 'ia32', 'arm64', 'riscv64', 'loongarch64'] },
    example: 'arch riscv64',
  },
  size: {
    doc: 'an Image file, or the archive of an initrd, of at least so many bytes',
    layers: ['image', 'initrd'],
    value: { kind: 'size' },
    example: 'size 4 MiB',
  },
  scheme: {
    doc: 'the signatures on the layer: one in its certificate table each, or one appended to the file; an initrd has no such table, and wants the word',
    layers: SIGNABLE,
    value: { kind: 'word', words: ['authenticode', 'appended'] },
    example: 'scheme appended',
  },
  digest: {
    doc: 'the digest of the signatures on the layer; sha256 when nothing is said',
    layers: SIGNABLE,
    value: { kind: 'word', words: ['sha1', 'sha256', 'sha384', 'sha512'] },
    example: 'digest sha1',
  },
  key: {
    doc: 'the key of the signatures on the layer; rsa2048 when nothing is said',
    layers: SIGNABLE,
    value: { kind: 'word', words: ['rsa1024', 'rsa2048', 'rsa3072', 'rsa4096', 'p256', 'p384', 'p521'] },
    example: 'key p384',
  },
  expired: {
    doc: 'the signing certificate is past its validity',
    layers: SIGNABLE,
    value: NOTHING,
    example: 'expired',
  },
  revoked: {
    doc: 'the signing certificate is on the list of `revoked`, or in the signer set that is named',
    layers: SIGNABLE,
    value: { kind: 'signers-or-nothing' },
    example: 'revoked',
  },
  altered: {
    doc: 'one byte is changed after signing',
    layers: SIGNABLE,
    value: NOTHING,
    example: 'altered',
  },
  damaged: {
    doc: 'the contents cannot be decoded: one byte of their encoded form is changed, before signing',
    layers: ENCODING,
    value: NOTHING,
    example: 'damaged',
  },
  'writable-code': {
    doc: 'a section is writable and executable',
    layers: PE,
    value: NOTHING,
    example: 'writable-code',
  },
  'nx-compat': {
    doc: 'the header does not promise that the program runs where data is not executable; everything forged promises it otherwise',
    layers: PE,
    value: { kind: 'word', words: ['absent'] },
    example: 'nx-compat absent',
  },
  'bytes-after-signature': {
    doc: 'the file goes on after its certificate table',
    layers: PE,
    value: NOTHING,
    example: 'bytes-after-signature',
  },
  'bytes-in-certificate-table': {
    doc: 'the certificate table holds bytes that belong to no signature',
    layers: PE,
    value: NOTHING,
    example: 'bytes-in-certificate-table',
  },
  'bytes-in-section-gaps': {
    doc: 'there are bytes between the sections that no section holds',
    layers: ['pe'],
    value: NOTHING,
    example: 'bytes-in-section-gaps',
  },
};

/** Sections whose contents a test may write out: `cmdline "quiet"`. */
export const GIVEN_TEXTS: readonly LayerKind[] = [
  'cmdline',
  'osrel',
  'uname',
  'sbat',
  'sbom',
  'pcrsig',
  'pcrpkey',
  'profile',
  'section',
];

/** A signer that no set trusts, for tests; a policy that declares signers of this name means those. */
export const STRANGER = 'stranger';
