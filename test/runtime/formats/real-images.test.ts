import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bootProgramOf } from '../../../runtime/formats/boot-program.ts';
import { kernelRelease } from '../../../runtime/formats/kernel-release.ts';
import type { Layer } from '../../../runtime/formats/layer.ts';
import { breaksIn, codesOf, layersOf, open } from './layer-tree.ts';

const ROOT = process.env['BOOTPOL_IMAGES'];

/** What the manifest of the real images says of a file, as far as readers are concerned. */
const MANIFEST = z.array(
  z.object({
    file: z.string(),
    kind: z.string(),
    arch: z.string(),
    compression: z.string().nullish(),
    payload_offset: z.number().optional(),
    payload_size: z.number().optional(),
    kernel_version: z.string().optional(),
    how_made: z.string().optional(),
    decompressed_sha256: z.string().optional(),
    expected: z
      .object({
        outer: z.object({ malformed: z.boolean().optional() }).optional(),
        layers: z
          .object({
            sections: z.array(z.tuple([z.string(), z.number(), z.number(), z.number(), z.number()])).optional(),
            certtable: z.tuple([z.number(), z.number()]).optional(),
            uki_sections: z.array(z.object({ name: z.string(), size: z.number(), sha256: z.string() })).optional(),
          })
          .optional(),
      })
      .optional(),
  }),
);

const VERDICT = z.record(z.string(), z.object({ verdict: z.string() }));
const VERDICTS = z.array(z.object({ file: z.string(), enforcers: z.object({ edk2: VERDICT, linux: VERDICT }) }));

const KIND_OF: Readonly<Record<string, string>> = {
  zboot: 'zboot',
  Image: 'image',
  bzImage: 'bzimage',
  uki: 'uki',
  'uki-addon': 'addon',
  'uki-multiprofile': 'uki',
  'Image.gz': 'compressed',
  initrd: 'initrd',
};

const ARCH_OF: Readonly<Record<string, string>> = {
  x64: 'x86-64',
  amd64: 'x86-64',
  x86_64: 'x86-64',
  arm64: 'arm64',
  aa64: 'arm64',
  i386: 'ia32',
  ia32: 'ia32',
  arm: 'arm',
  armhf: 'arm',
  riscv64: 'riscv64',
  loong64: 'loongarch64',
  loongarch64: 'loongarch64',
};

/** Programs by the names that Debian's packages give them. */
const PROGRAM_OF_PATH: readonly (readonly [path: RegExp, name: string])[] = [
  [/\/shim[a-z0-9]+\.efi/, 'shim'],
  [/\/mm[a-z0-9]+\.efi/, 'MokManager'],
  [/\/fb[a-z0-9]+\.efi/, 'shim fallback'],
  [/\/(grub|gcd|grubnet)[a-z0-9-]+\.efi/, 'GRUB'],
  [/\/systemd-boot[a-z0-9]+\.efi/, 'systemd-boot'],
  [/\/linux[a-z0-9]+\.efi\.stub/, 'systemd-stub'],
  [/\/addon[a-z0-9]+\.efi\.stub/, 'systemd-addon'],
  [/\/fwupd[a-z0-9]+\.efi/, 'fwupd'],
  [/\/efibootguard[a-z0-9]+\.efi/, 'EFI Boot Guard'],
  [/\/kernel-stub[a-z0-9]+\.efi/, 'EFI Boot Guard kernel stub'],
  [/\/(mt86|memtest86)/, 'Memtest86+'],
];

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const readJson = (file: string): unknown => JSON.parse(readFileSync(join(ROOT ?? '', file), 'utf8'));
const entries = ROOT === undefined ? [] : MANIFEST.parse(readJson('manifest.json'));
const read = (file: string): Layer => open(Uint8Array.from(readFileSync(join(ROOT ?? '', file))));

describe.skipIf(ROOT === undefined)('the real images (needs BOOTPOL_IMAGES)', () => {
  it('have the kinds and architectures that their manifest says', () => {
    const wrong = entries.flatMap(({ file, kind, arch }) => {
      const layer = read(file);
      const expected = KIND_OF[kind] ?? layer.kind;
      const isFine = layer.kind === expected && (layer.fault !== null || arch === '-' || layer.arch === ARCH_OF[arch]);
      return isFine ? [] : [`${file}: ${layer.kind} ${layer.arch}, not ${expected} ${ARCH_OF[arch]}`];
    });
    expect(wrong).toEqual([]);
  });

  it('are read without fault, but for what was broken on purpose', () => {
    const broken = entries.filter(({ expected, file }) => {
      return expected?.outer?.malformed !== true && !file.startsWith('initrd/') && read(file).fault !== null;
    });
    expect(broken.map(({ file }) => file)).toEqual([]);
  });

  it('of boot loaders say which program they are, by their contents', () => {
    const wrong = entries.flatMap(({ file, kind, how_made: made = '' }) => {
      const [, packageVersion, path] = /^[^_]+_(.+)_[^_]+\.deb : (\S+)$/.exec(made) ?? [];
      if (kind !== 'real' || path === undefined || packageVersion === undefined) return [];
      const expected = PROGRAM_OF_PATH.find(([pattern]) => pattern.test(path))?.[1];
      const program = bootProgramOf(read(file));
      const [upstream = ''] = packageVersion.replace(/^\d+:|^1\+/g, '').split(/[-+]/);
      const hasVersion = (program?.version ?? upstream).includes(upstream);
      if (expected === undefined || (program?.name === expected && hasVersion)) return [];
      return [`${file}: ${program?.name} ${program?.version}, not ${expected} ${packageVersion}`];
    });
    expect(wrong).toEqual([]);
  });

  it('of kernels say the release that their manifest says', () => {
    const wrong = entries
      .filter(({ kernel_version, file }) => kernel_version !== undefined && !file.includes('tampered'))
      .flatMap(({ file, kernel_version }) => {
        const kernels = layersOf(read(file)).filter(({ kind }) => ['image', 'bzimage', 'vmlinux'].includes(kind));
        const releases = kernels.map(kernelRelease);
        const isFine = releases.length > 0 && releases.every((release) => release === kernel_version);
        return isFine ? [] : [`${file}: ${releases.join()}, not ${kernel_version}`];
      });
    expect(wrong).toEqual([]);
  });

  it('of bzImages hold an ELF kernel that ends before its relocations', () => {
    const kernels = entries.filter(({ kind }) => kind === 'bzImage').flatMap(({ file }) => layersOf(read(file)));
    const vmlinux = kernels.filter(({ kind }) => kind === 'vmlinux');
    expect(vmlinux.filter(({ fault }) => fault !== null)).toEqual([]);
    expect(vmlinux.filter(({ header }) => header?.['format'] !== 'ELF64')).toEqual([]);
  });

  it('have payloads where their manifest says, which decode to the right bytes', () => {
    const wrong = entries
      .filter(({ payload_size }) => payload_size !== undefined)
      .flatMap((entry) => {
        const layer = read(entry.file);
        const part = layer.parts[0];
        const start = layer.header?.['payload_offset'] ?? part?.range[0];
        const tail = layer.kind === 'bzimage' && part?.codec !== 'gzip' ? 4 : 0;
        const size = (part?.range[1] ?? 0) - (part?.range[0] ?? 0) + tail;
        const child = part?.open();
        const isUnavailable = child?.fault?.code === 'codec-unavailable';
        const isTampered = entry.file.includes('tampered');
        const isDecoded =
          isUnavailable || isTampered || sha256(child?.bytes ?? new Uint8Array(0)) === entry.decompressed_sha256;
        const isFine =
          start === entry.payload_offset &&
          size === entry.payload_size &&
          part?.codec === entry.compression &&
          isDecoded &&
          (child?.origin?.doubt ?? null) === null;
        return isFine
          ? []
          : [`${entry.file}: ${start} ${size} ${part?.codec} ${child?.fault?.code} ${child?.origin?.doubt?.code}`];
      });
    expect(wrong).toEqual([]);
  });

  it('have the sections and certificate tables that a plain reader sees', () => {
    const wrong = entries.flatMap(({ file, expected }) => {
      const layers = expected?.layers;
      const { pe } = read(file);
      if (pe === null || layers?.sections === undefined || expected?.outer?.malformed === true) return [];
      const sections = pe.sections.map((s) =>
        [s.pointerToRawData, s.sizeOfRawData, s.virtualAddress, s.virtualSize].join(),
      );
      const theirs = layers.sections.map(([, pointer, raw, address, size]) => [pointer, raw, address, size].join());
      const table = pe.certificateTable;
      const isFine =
        sections.join(';') === theirs.join(';') &&
        (table?.offsetBytes ?? 0) === (layers.certtable?.[0] ?? 0) &&
        (table?.sizeBytes ?? 0) === (layers.certtable?.[1] ?? 0);
      return isFine ? [] : [`${file}: ${sections.join(';')} | ${table?.offsetBytes} ${table?.sizeBytes}`];
    });
    expect(wrong).toEqual([]);
  });

  it('have the UKI sections that a plain reader sees', () => {
    const wrong = entries.flatMap(({ file, kind, expected }) => {
      const theirs = expected?.layers?.uki_sections;
      if (theirs === undefined || !['uki', 'uki-addon', 'uki-multiprofile'].includes(kind)) return [];
      const ours = read(file).parts.filter((part) => part.kind !== 'section');
      const show = (name: string, size: number, digest: string): string => `${name} ${size} ${digest}`;
      const mine = ours.map((part) => show(part.slot, part.range[1] - part.range[0], sha256(part.open().bytes)));
      const wanted = theirs
        .filter(({ name }) => name !== '.sdmagic')
        .map(({ name, size, sha256: digest }) => show(name, size, digest));
      return mine.join('\n') === wanted.join('\n')
        ? []
        : [`${file}:\n${mine.join('\n')}\n-- not --\n${wanted.join('\n')}`];
    });
    expect(wrong).toEqual([]);
  });

  it('have a name for every byte of every layer', () => {
    expect(entries.flatMap(({ file }) => layersOf(read(file)).flatMap(breaksIn))).toEqual([]);
  });

  it('give no findings where nobody changed them', () => {
    const untouched = entries.filter(({ file }) => /^(real|sig|uki)\//.test(file));
    const found = untouched.flatMap(({ file }) =>
      layersOf(read(file)).flatMap((layer) => codesOf(layer).map((code) => `${file} ${layer.path} ${code}`)),
    );
    expect(found).toEqual([]);
  });

  it('give findings only where an enforcer refuses, or where bytes are used that no digest reaches', () => {
    const verdicts = VERDICTS.parse(readJson('enforced/x64/verdicts.json'));
    const lone = verdicts.flatMap(({ file, enforcers }) => {
      const layer = read(`enforced/${file}`);
      const isTaken =
        enforcers.edk2['2026.08']?.verdict === 'accept' && enforcers.linux['7.2.13']?.verdict === 'accept';
      return isTaken ? codesOf(layer).map((code) => `${file} ${code}`) : [];
    });
    expect(lone).toEqual([
      'x64/gap.efi pe-gap-with-content',
      'x64/gap-flip.efi pe-gap-with-content',
      'x64/sizeofheaders-small-flipgap.efi pe-gap-with-content',
    ]);
  });
});
