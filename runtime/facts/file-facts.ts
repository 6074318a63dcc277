import type { Engine } from '../bytes/engine.ts';
import { type Attempt, attempt, attemptLater } from '../bytes/format-error.ts';
import type { Limits } from '../bytes/limits.ts';
import type { Pending } from '../contract/judgement.ts';
import { type UnpackedMembers, unpackMembers } from '../formats/initrd-members.ts';
import type { Layer } from '../formats/layer.ts';
import type { PeImage } from '../formats/pe.ts';
import { readFile, type ReadOptions } from '../formats/read-file.ts';
import { trimToCertificateTable } from '../formats/trim.ts';
import { type CollectedAppended, collectAppended } from '../signing/appended.ts';
import { type CollectedSignatures, collectSignatures } from '../signing/certificate-table.ts';
import { pcr11Values } from '../signing/pcr-value.ts';
import { collectPcrSignatures, type PcrSignatures } from '../signing/pcr-signatures.ts';
import { type Cell, cell, type WorkList, workList } from './cell.ts';
import { hexOf } from '../bytes/hex.ts';
import { type LayerNode, rootNode } from './node.ts';
import { sharedDigests } from './shared-digests.ts';

/**
 * Everything that is known of one file, computed when asked and shared by all policies and views that judge it.
 */
export interface FileFacts {
  readonly bytes: Uint8Array;
  readonly engine: Engine;
  readonly work: WorkList;
  /** The file as it lies there. */
  readonly root: LayerNode;
  /** The file as a loader sees it that cuts every Image at the end of its certificate table. */
  trimmedRoot(): LayerNode;
  /** SHA-256 of the bytes of a layer, lower-case hex. */
  sha256Of(layer: Layer): { readonly hex: string } | Pending;
  /** The certificate table of a PE layer, read and checked. */
  signaturesOf(pe: PeImage): CollectedSignatures | Pending;
  /** What the archives of an `initrd` or `cpio` layer make when they are unpacked, or why that is not known. */
  membersOf(layer: Layer): Attempt<UnpackedMembers>;
  /** The `.pcrsig` sections of a UKI, read and checked; a file without any has no signatures. */
  pcrSignaturesOf(pe: PeImage): PcrSignatures | Pending;
  /** PCR 11 of a UKI in the SHA-256 bank before any phase, lower-case hex, for each way to boot it, or why not. */
  pcr11Of(pe: PeImage): Attempt<readonly string[]> | Pending;
  /** The module-style signature at the end of a layer, read and checked. */
  appendedOf(layer: Layer): CollectedAppended | Pending;
}

/** How a file is to be read: both are the caller's choice. */
export interface ReadingOptions {
  readonly limits: Limits;
  readonly engine: Engine;
}

/** Opens the initrd that is handed on beside a file. The kernel takes any bytes for one, but a program is none. */
export function besideFactsOf(bytes: Uint8Array, options: ReadingOptions): FileFacts {
  return factsOf(bytes, { ...options, kindHint: 'initrd', rootPath: BESIDE_PATH });
}

/** The path of the initrd handed on beside a file, in reasons and reports. */
export const BESIDE_PATH = 'beside/initrd';

/** Opens a file. Never throws for what its bytes hold. */
export function factsOf(
  bytes: Uint8Array,
  given: ReadingOptions & Pick<ReadOptions, 'kindHint' | 'rootPath'>,
): FileFacts {
  const options = { ...given, engine: sharedDigests(given.engine) };
  const work = workList();
  const layer = readFile(bytes, options);
  const digests = new Map<Layer, Cell<{ readonly hex: string }>>();
  const signatures = new Map<PeImage, Cell<CollectedSignatures>>();
  const members = new Map<Layer, Attempt<UnpackedMembers>>();
  const pcrSignatures = new Map<PeImage, Cell<PcrSignatures>>();
  const registers = new Map<PeImage, Cell<Attempt<readonly string[]>>>();
  const appended = new Map<Layer, Cell<CollectedAppended>>();
  const trimmed: { root: LayerNode | null } = { root: null };
  return {
    bytes,
    engine: options.engine,
    work,
    root: rootNode(layer),
    trimmedRoot: () => (trimmed.root ??= rootNode(trimToCertificateTable(layer, options))),
    sha256Of: (asked) => memoised(digests, asked, () => cell(work, () => hexDigest(options.engine, asked.bytes))).get(),
    signaturesOf: (pe) => memoised(signatures, pe, () => cell(work, () => collectSignatures(pe, options.engine))).get(),
    membersOf: (asked) => memoised(members, asked, () => attempt(() => unpackMembers(asked))),
    pcrSignaturesOf: (pe) =>
      memoised(pcrSignatures, pe, () => cell(work, () => collectPcrSignatures(pe, options))).get(),
    pcr11Of: (pe) =>
      memoised(registers, pe, () => cell(work, () => attemptLater(() => pcr11Values(pe, options)))).get(),
    appendedOf: (carrier) =>
      memoised(appended, carrier, () => cell(work, () => collectAppended(carrier, options.engine))).get(),
  };
}

function hexDigest(engine: Engine, bytes: Uint8Array): { readonly hex: string } | Promise<{ readonly hex: string }> {
  const digest = engine.digest('sha256', [bytes]);
  return digest instanceof Promise ? digest.then((raw) => ({ hex: hexOf(raw) })) : { hex: hexOf(digest) };
}

/** The value of a key, made when first asked for. */
export function memoised<K, V>(memory: Map<K, V>, key: K, make: () => V): V {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const made = make();
  memory.set(key, made);
  return made;
}
