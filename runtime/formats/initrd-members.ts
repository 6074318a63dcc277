import { attempt, type Finding, FormatError } from '../bytes/format-error.ts';
import { type ArchivedEntry, cpioEntries } from './cpio.ts';
import type { CpioEntry } from './cpio-walk.ts';
import type { Layer } from './layer.ts';
import { emptyRoot, type Presence, type Replacement, type RootTree } from './root-tree.ts';

/** What unpacking an `initrd`, or one `cpio` layer of it, comes to. */
export interface UnpackedMembers {
  /** The first replacements, in order, at most 64. */
  readonly replacements: readonly Replacement[];
  readonly replacementCount: number;
  /** @throws FormatError `limit-link-steps`. */
  presenceOf(path: string): Presence;
}

/**
 * Unpacks all archives of an `initrd` or `cpio` layer into one root file system, contents left aside.
 *
 * @throws FormatError the fault of the layer or of one of its archives; `limit-members`, `limit-link-steps`.
 */
export function unpackMembers(layer: Layer): UnpackedMembers {
  const tree = emptyRoot();
  const archives = layer.kind === 'initrd' ? layer.parts.map((part) => part.open()) : [layer];
  const replacements: Replacement[] = [];
  let replacementCount = 0;
  let scope = 0;
  for (const archive of [layer, ...archives]) if (archive.fault !== null) throw new FormatError(archive.fault);
  for (const archive of archives) {
    const entries = cpioEntries(archive, scope);
    let step = entries.next();
    for (; step.done !== true; step = entries.next()) {
      const replaced = unpackEntry(tree, archive, step.value);
      if (replaced === null) continue;
      replacementCount += 1;
      if (replacements.length < REPLACEMENT_LIMIT) replacements.push(replaced);
    }
    scope = step.value;
  }
  return { replacements, replacementCount, presenceOf: (path) => within(layer, 0, () => tree.presenceOf(path)) };
}

/** One finding for each replacement at the place of the later member, and one more for those left out. */
export function replacementFindings(layer: Layer): readonly Finding[] {
  const unpacked = attempt(() => unpackMembers(layer));
  if (!unpacked.ok) return unpacked.finding.code.startsWith('limit-') ? [unpacked.finding] : [];
  const { replacements, replacementCount } = unpacked.value;
  const findings = replacements.map(replacementFinding);
  const left = replacementCount - replacements.length;
  if (left === 0) return findings;
  const text = `${left} more members replace earlier ones`;
  return [...findings, { code: 'member-replaced', text, layer: layer.path, offsetBytes: 0, lengthBytes: 0 }];
}

/** Entries of one `cpio` layer, up to where it cannot be read. */
export interface ListedMembers {
  /** The first 262,144. */
  readonly entries: readonly CpioEntry[];
  /** How many there are besides. */
  readonly left: number;
}

/** Lists the entries of a `cpio` layer in order. */
export function listMembers(layer: Layer): ListedMembers {
  const entries: CpioEntry[] = [];
  let left = 0;
  attempt(() => {
    for (const { entry } of cpioEntries(layer)) {
      if (entries.length < LISTING_LIMIT) entries.push(entry);
      else left += 1;
    }
  });
  return { entries, left };
}

const REPLACEMENT_LIMIT = 64;
const LISTING_LIMIT = 262_144;

function unpackEntry(tree: RootTree, { path }: Layer, { entry, linkScope }: ArchivedEntry): Replacement | null {
  return within({ path }, entry.range[0], () => tree.unpack({ entry, layer: path, linkScope }));
}

/** Puts the place into what the tree, which knows none, throws. */
function within<T>({ path }: Pick<Layer, 'path'>, offsetBytes: number, work: () => T): T {
  const done = attempt(work);
  if (done.ok) return done.value;
  throw new FormatError({ ...done.finding, layer: path, offsetBytes });
}

function replacementFinding({ earlier, later }: Replacement): Finding {
  const [offsetBytes, end] = later.entry.range;
  const place = `${earlier.layer} at 0x${earlier.entry.range[0].toString(16).padStart(7, '0')}`;
  const other = earlier.entry.name === later.entry.name ? '' : ` \`${earlier.entry.name}\``;
  const text = `\`${later.entry.name}\` replaces the earlier member${other} in ${place}`;
  return { code: 'member-replaced', text, layer: later.layer, offsetBytes, lengthBytes: end - offsetBytes };
}
