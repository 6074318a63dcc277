import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS, inspect, type InspectedLayer, type Inspection, nativeEngine } from '../../index.ts';

/** What other people's tools recorded of a file; only the parts that are compared here. */
interface Entry {
  readonly file: string;
  readonly sha256: string;
  readonly size: number;
  readonly kind: string;
  readonly arch: string;
  readonly compression?: string | null;
  readonly payload_offset?: number;
  readonly payload_size?: number;
  readonly decompressed_sha256?: string;
  readonly decompressed_size?: number;
  readonly authenticode_sha256?: string | null;
  readonly outer_claims?: readonly string[];
  readonly expected?: {
    readonly outer?: { readonly authentic?: unknown; readonly malformed?: boolean; readonly signer?: string | null };
    readonly layers?: {
      readonly uki_sections?: readonly { readonly name: string; readonly size: number; readonly sha256: string }[];
    };
  };
}

const FOLDER = process.env['BOOTPOL_IMAGES'] ?? '';
const ENTRIES: readonly Entry[] = FOLDER === '' ? [] : entriesOf(join(FOLDER, 'manifest.json'));

function entriesOf(path: string): readonly Entry[] {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-return -- the manifest's shape is what the test compares with
  return JSON.parse(readFileSync(path, 'utf8'));
}

const KIND: Readonly<Record<string, string>> = {
  zboot: 'zboot',
  Image: 'image',
  bzImage: 'bzimage',
  uki: 'uki',
  'uki-multiprofile': 'uki',
  'uki-addon': 'addon',
  'Image.gz': 'compressed',
  initrd: 'initrd',
};

const ARCH: Readonly<Record<string, string>> = {
  x64: 'x86-64',
  amd64: 'x86-64',
  x86_64: 'x86-64',
  ia32: 'ia32',
  i386: 'ia32',
  aa64: 'arm64',
  arm64: 'arm64',
  arm: 'arm',
  armhf: 'arm',
  riscv64: 'riscv64',
  loongarch64: 'loongarch64',
  loong64: 'loongarch64',
};

/** A bit of the signer's certificate flipped outside its key: only an anchor can tell (`test/runtime/trust`). */
const UNDECIDABLE = new Set(['corrupt/deb~flip-cms-mid.efi']);

const memory = new Map<string, Promise<Inspection>>();
function inspected(entry: Entry): Promise<Inspection> {
  const known = memory.get(entry.file);
  if (known !== undefined) return known;
  const bytes = readFileSync(join(FOLDER, entry.file));
  const fresh = inspect(bytes, { limits: DEFAULT_LIMITS, engine: nativeEngine() });
  memory.set(entry.file, fresh);
  return fresh;
}

describe.skipIf(FOLDER === '')('real images (BOOTPOL_IMAGES) are read as their manifest says', () => {
  test.each(ENTRIES.map((entry) => [entry.file, entry] as const))('%s', async (_, entry) => {
    const { root, sha256, size } = await inspected(entry);
    expect(sha256).toBe(entry.sha256);
    expect(size).toBe(entry.size);
    const kind = KIND[entry.kind];
    if (kind !== undefined) expect(root.kind).toBe(kind);
    // The plain reader behind the manifest does not bound sections to the file: its digest means nothing there.
    const leavesFile = entry.file.includes('section-past-eof') && root.findings.some(isOutOfFile);
    const malformed = entry.expected?.outer?.malformed === true;
    const arch = ARCH[entry.arch];
    if (kind !== undefined && arch !== undefined) expect(root.arch).toBe(arch);
    if (entry.compression !== undefined && entry.compression !== null) expect(root.compression).toBe(entry.compression);
    if (entry.payload_offset !== undefined && root.children[0] !== undefined) {
      expect(root.children[0].offsetBytes).toBe(entry.payload_offset);
    }
    if (entry.decompressed_sha256 !== undefined) {
      expect(root.children[0]?.sha256).toBe(entry.decompressed_sha256);
      expect(root.children[0]?.sizeBytes).toBe(entry.decompressed_size);
    }
    if (typeof entry.authenticode_sha256 === 'string' && !malformed && root.fault === null && !leavesFile) {
      expect(root.authenticode?.sha256).toBe(entry.authenticode_sha256);
    }
    if (leavesFile) expect(root.authenticode).toBeNull();
    const authentic = entry.expected?.outer?.authentic;
    if (typeof authentic === 'boolean' && !UNDECIDABLE.has(entry.file)) expect(isAuthentic(root)).toBe(authentic);
    const sections = entry.expected?.layers?.uki_sections;
    if ((kind === 'uki' || kind === 'addon') && sections !== undefined) {
      // `.sdmagic` is the stub's own, a part of the PE layer; ukify lists no section that it does not know.
      const stated = sections.filter(({ name }) => name !== '.sdmagic');
      const read = root.children.filter((child) => child.kind !== 'section');
      expect(read.map(({ path, sizeBytes, sha256: digest }) => [sectionName(path), sizeBytes, digest])).toEqual(
        stated.map((section) => [section.name, section.size, section.sha256]),
      );
    }
  });
});

/** `uki/@1/.dtbauto#2` is a `.dtbauto`. */
function sectionName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/#\d+$/, '');
}

function isOutOfFile({ code }: { readonly code: string }): boolean {
  return code === 'pe-section-out-of-file';
}

function isAuthentic(layer: InspectedLayer): boolean {
  return layer.signatures.length > 0 && layer.signatures.every(({ intact, digestMatches }) => intact && digestMatches);
}
