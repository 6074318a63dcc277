import { concatBytes, utf8 } from '../../forge/bytes.ts';
import { forgeBzImage } from '../../forge/bzimage.ts';
import { compress } from '../../forge/compress.ts';
import { efivarfsBytes, forgeAuth, forgeEsl } from '../../forge/esl.ts';
import { type CpioEntry, forgeCpio, forgeInitrd } from '../../forge/initrd.ts';
import { forgeImage } from '../../forge/kernel-image.ts';
import { signPe } from '../../forge/sign.ts';
import { smallProgram } from '../../forge/small-program.ts';
import { forgeAddon, forgeUki } from '../../forge/uki.ts';
import { newSigner, type Signer } from '../../forge/x509.ts';
import { forgeZboot } from '../../forge/zboot.ts';
import type { LayerKind } from '../../runtime/contract/layer-kinds.ts';
import { layersOf, open } from '../runtime/formats/layer-tree.ts';

/** A reader of untrusted bytes, and sound bytes to start from. */
export interface FuzzedReader {
  readonly name: string;
  /** The kind of layer that it reads; `anchors` for files of certificates and digests. */
  readonly kind: LayerKind | 'anchors';
  readonly seeds: readonly Uint8Array[];
}

/** The signer of all signed seeds. */
export const US: Signer = newSigner({ subject: 'Us', key: 'p256' });
const ROOT = newSigner({ subject: 'Root', key: 'p256', ca: true });
const LEAF = newSigner({ subject: 'Leaf', key: 'p256', issuer: ROOT });

/** Every reader, each with one sound file at least; made anew, since keys are. */
export function fuzzedReaders(): readonly FuzzedReader[] {
  const image = forgeImage({ arch: 'arm64', size: 12_288 });
  const zboot = CODECS.map((compression) => forgeZboot({ image, compression }));
  const bzimages = CODECS.map((compression) => forgeBzImage({ compression }));
  const initrd = initrdSeed();
  return [
    { name: 'pe', kind: 'pe', seeds: [signed(smallProgram({})), signed(smallProgram({}), LEAF, US)] },
    { name: 'zboot', kind: 'zboot', seeds: zboot.map((bytes) => signed(bytes)) },
    { name: 'uki', kind: 'uki', seeds: [signed(ukiSeed(image, initrd)), signed(ukiSeed(zboot[1] ?? image, initrd))] },
    {
      name: 'addon',
      kind: 'addon',
      seeds: [signed(forgeAddon({ cmdline: 'quiet', dtb: DTB, ucode: initrd, sbat: SBAT }))],
    },
    ...(['arm64', 'riscv64', 'loongarch64'] as const).map((arch) => ({
      name: `image ${arch}`,
      kind: 'image' as const,
      seeds: [signed(forgeImage({ arch, size: 12_288 }))],
    })),
    {
      name: 'bzimage',
      kind: 'bzimage',
      seeds: [...bzimages, forgeBzImage({ arch: 'ia32' })].map((bytes) => signed(bytes)),
    },
    {
      name: 'compressed',
      kind: 'compressed',
      seeds: CODECS.map((codec) => compress(codec, image)),
    },
    { name: 'vmlinux', kind: 'vmlinux', seeds: bzimages.slice(0, 1).flatMap(vmlinuxIn) },
    { name: 'initrd', kind: 'initrd', seeds: [initrd] },
    {
      name: 'cpio',
      kind: 'cpio',
      seeds: [forgeCpio(ENTRIES, 'newc'), concatBytes(forgeCpio(ENTRIES, 'crc'), forgeCpio(ENTRIES, 'newc'))],
    },
    { name: 'signature lists', kind: 'anchors', seeds: listSeeds() },
    {
      name: 'certificates',
      kind: 'anchors',
      seeds: [utf8(ROOT.certificatePem + LEAF.certificatePem), ROOT.certificateDer],
    },
  ];
}

/** Every compression that the forge writes. */
const CODECS = ['gzip', 'zstd', 'xz', 'lzma', 'lz4', 'lzo'] as const;
const SBAT = 'sbat,1,SBAT Version,sbat,1,https://example.org\nlinux,2,Us,linux,7.2,https://example.org\n';
/** A flattened device tree of one empty root node (Devicetree Specification 0.4, chapter 5). */
const DTB = Uint8Array.from(
  Buffer.from(
    'd00dfeed000000480000003800000048000000280000001100000010000000000000000000000010' +
      '0000000000000000000000000000000000000001000000000000000200000009',
    'hex',
  ),
);

const ENTRIES: readonly CpioEntry[] = [
  { name: 'init', data: '#!/bin/sh\nexec /bin/sh\n', mode: 0o100755 },
  { name: 'usr', mode: 0o040755 },
  { name: 'usr/bin', mode: 0o040755 },
  { name: 'bin', data: 'usr/bin', mode: 0o120777 },
  { name: 'bin/sh', data: '', links: 2, inode: 7 },
  { name: 'bin/ash', data: 'shell', links: 2, inode: 7 },
  { name: 'dev', mode: 0o040755 },
  { name: 'dev/null', mode: 0o020666, device: [1, 3] },
  { name: './init', data: 'again' },
];

function signed(bytes: Uint8Array, ...signers: readonly Signer[]): Uint8Array {
  return signPe(bytes, { signers: (signers.length === 0 ? [US] : signers).map((signer) => ({ signer })) });
}

function initrdSeed(): Uint8Array {
  const compressed = CODECS.map((compression) => ({
    entries: ENTRIES,
    compression,
  }));
  return forgeInitrd({ entries: ENTRIES }, ...compressed, { entries: ENTRIES, format: 'crc' });
}

function ukiSeed(linux: Uint8Array, initrd: Uint8Array): Uint8Array {
  const text = { osrel: 'ID=us\nVERSION_ID="1"\n', cmdline: 'root=/dev/vda2 ro quiet', uname: '7.2.13' };
  return forgeUki({
    ...text,
    arch: 'arm64',
    linux,
    initrd,
    ucode: forgeCpio(ENTRIES, 'newc'),
    dtb: DTB,
    dtbauto: [DTB, DTB],
    hwids: new Uint8Array(64).fill(7),
    efifw: ['firmware', 'more'],
    splash: utf8('BM'.padEnd(64, '\0')),
    sbat: SBAT,
    sbom: '{}',
    pcrpkey: ROOT.certificatePem,
    pcrsig: '{"sha256":[{"pcrs":[11],"pkfp":"00","pol":"00","sig":"AAAA"}]}',
    profile: 'ID=base\n',
    profiles: [{ profile: 'ID=debug\nTITLE=Debug\n', cmdline: 'debug' }],
  });
}

function vmlinuxIn(bytes: Uint8Array): readonly Uint8Array[] {
  return layersOf(open(bytes)).flatMap((layer) => (layer.kind === 'vmlinux' ? [layer.bytes] : []));
}

function listSeeds(): readonly Uint8Array[] {
  const digest = (size: number): Uint8Array => new Uint8Array(size).fill(0xab);
  const lists = forgeEsl(
    { type: 'x509', data: ROOT.certificateDer },
    { type: 'sha256', data: digest(32) },
    { type: 'sha256', data: digest(32) },
    { type: 'sha384', data: digest(48) },
    { type: 'x509-sha256', data: digest(32), revokedAt: new Date('2025-01-02T03:04:05Z') },
    { type: 'x509', data: LEAF.certificateDer },
  );
  const at = new Date('2025-01-02T03:04:05Z');
  return [lists, efivarfsBytes(lists), forgeAuth(lists, { name: 'db', at, signer: ROOT })];
}
