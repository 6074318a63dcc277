import { describe, expect, test } from 'vitest';
import { authenticodeDigest } from '../../../forge/authenticode-digest.ts';
import { forgeShim } from '../../../forge/boot-programs.ts';
import { forgeBzImage } from '../../../forge/bzimage.ts';
import { forgeEsl } from '../../../forge/esl.ts';
import { forgeImage } from '../../../forge/kernel-image.ts';
import { signPe } from '../../../forge/sign.ts';
import { smallProgram } from '../../../forge/small-program.ts';
import { newSigner, type Signer } from '../../../forge/x509.ts';
import type { Anchor } from '../../../runtime/contract/anchor.ts';
import type { BootStage } from '../../../runtime/trust/boot-stage.ts';
import { type BootWalk, walkMachine } from '../../../runtime/trust/boots.ts';
import type { Machine, MachineKernel, MachineShim } from '../../../runtime/trust/machine.ts';
import { NEWEST_SBAT_LEVEL } from '../../../runtime/trust/sbat-level.ts';
import { readShimVendor } from '../../../runtime/trust/shim-vendor.ts';
import { anchorsOf, ENGINE } from './question.ts';

const OWNER: Signer = newSigner({ subject: 'Owner', key: 'rsa1024' });
const VENDOR: Signer = newSigner({ subject: 'Vendor', key: 'rsa1024' });
const STRANGER: Signer = newSigner({ subject: 'Stranger', key: 'rsa1024' });

const SBAT = 'sbat,1,SBAT Version,sbat,1,https://example.org\nlinux,1,Example,linux,1,https://example.org\n';
const KERNEL = forgeBzImage({ sbat: SBAT });
const ARM64 = forgeImage({ arch: 'arm64', size: 0x3000 });

function signed(bytes: Uint8Array, signer: Signer): Uint8Array {
  return signPe(bytes, { signers: [{ signer }] });
}

function trust(...signers: readonly Signer[]): readonly Anchor[] {
  return signers.flatMap(({ certificateDer }) => anchorsOf(certificateDer));
}

const LOCKED: MachineKernel = {
  builtin: [],
  secondary: [],
  platformKeyring: true,
  kexecSig: 'on',
  verifiesImages: true,
  lockdown: 'integrity',
  imaArchPolicy: false,
  imaAppraises: false,
  revocationList: false,
};

const SHIM: MachineShim = {
  program: null,
  vendor: trust(VENDOR),
  vendorDbx: [],
  mokList: [],
  mokListX: [],
  mokIgnoreDb: false,
  mokListTrusted: false,
  validation: true,
  sbatLevel: NEWEST_SBAT_LEVEL,
};

/** Secure Boot with the owner's key in db; no shim, no kexec. */
function machine(about: Partial<Machine>): Machine {
  const firmware = { secureBoot: true, db: trust(OWNER), dbx: [] };
  return { arch: 'x86-64', firmware, shim: null, loader: null, kernel: null, ...about };
}

function withShim(about: Partial<MachineShim>, more: Partial<Machine> = {}): Machine {
  return machine({ shim: { ...SHIM, ...about }, ...more });
}

function withKernel(about: Partial<MachineKernel>, more: Partial<Machine> = {}): Machine {
  return machine({ kernel: { ...LOCKED, ...about }, ...more });
}

function walk(bytes: Uint8Array, on: Machine): Promise<BootWalk> {
  return walkMachine({ name: 'file', bytes }, on, ENGINE);
}

/** `boots`, `undecided`, or the stage and rule that refuse. */
async function outcome(bytes: Uint8Array, on: Machine): Promise<string> {
  const { verdict, stages } = await walk(bytes, on);
  const refusal = stages.find((stage) => stage.verdict === 'reject' || stage.verdict === 'would-crash');
  return refusal === undefined ? verdict : `${refusal.name} ${refusal.rule?.code ?? ''}`;
}

async function stage(bytes: Uint8Array, on: Machine, name: string): Promise<BootStage | undefined> {
  return (await walk(bytes, on)).stages.find((one) => one.name === name);
}

const byOwner = signed(KERNEL, OWNER);
const byVendor = signed(KERNEL, VENDOR);
const byStranger = signed(KERNEL, STRANGER);

describe('firmware', () => {
  test('starts what db believes, and says whose signature it was', async () => {
    expect(await outcome(byOwner, machine({}))).toBe('boots');
    expect(await stage(byOwner, machine({}), 'firmware')).toMatchObject({
      verdict: 'accept',
      reason: 'its signature leads to `CN=Owner` of db',
      rule: null,
    });
  });

  test('refuses a stranger, with the byte', async () => {
    expect(await outcome(byStranger, machine({}))).toBe('firmware signer-unknown');
    const refused = await stage(byStranger, machine({}), 'firmware');
    expect(refused?.rule?.offsetBytes).toBe(KERNEL.length + 8);
  });

  test('refuses what dbx forbids, and another dbx does not', async () => {
    const firmware = { secureBoot: true, db: trust(OWNER), dbx: trust(OWNER) };
    expect(await outcome(byOwner, machine({ firmware }))).toBe('firmware revoked-certificate');
    expect(await outcome(byOwner, machine({ firmware: { ...firmware, dbx: trust(STRANGER) } }))).toBe('boots');
  });

  test('verifies nothing without Secure Boot, but still wants a program', async () => {
    const firmware = { secureBoot: false, db: [], dbx: [] };
    expect(await outcome(KERNEL, machine({ firmware }))).toBe('boots');
    expect((await stage(KERNEL, machine({ firmware }), 'firmware'))?.verdict).toBe('unverified');
    const broken = Uint8Array.from(KERNEL);
    broken.fill(0, 0x3c, 0x40);
    expect(await outcome(broken, machine({ firmware }))).toBe('firmware pe-headers');
  });

  test('refuses a program of another architecture, with the byte of its machine', async () => {
    const other = await stage(byOwner, machine({ arch: 'arm64' }), 'firmware');
    expect(other).toMatchObject({
      verdict: 'reject',
      reason: 'the program is x86-64, the machine is arm64',
      rule: { code: 'foreign-architecture', lengthBytes: 2 },
    });
    const at = other?.rule?.offsetBytes ?? 0;
    expect([byOwner[at], byOwner[at + 1]]).toEqual([0x64, 0x86]);
  });

  test('says where the real code would run out of bounds', async () => {
    const content = { signer: OWNER, contentForm: 'raw-digest' } as const;
    const short = signPe(KERNEL, { signers: [{ ...content, imageDigestValue: new Uint8Array(4) }] });
    expect(await stage(short, machine({}), 'firmware')).toMatchObject({
      verdict: 'would-crash',
      rule: { code: 'cms-content-short' },
    });
    expect((await walk(short, machine({}))).verdict).toBe('refused');
  });
});

describe('shim', () => {
  test('takes for granted that it starts where its file is not given', async () => {
    expect(await stage(byVendor, withShim({}), 'firmware')).toMatchObject({ verdict: 'assumed', program: 'shim' });
    expect(await outcome(byVendor, withShim({}))).toBe('boots');
  });

  test.each<[string, () => Uint8Array, Partial<MachineShim>, string]>([
    ['its vendor list', () => byVendor, {}, 'boots'],
    ['nobody else', () => byStranger, {}, 'shim signer-unknown'],
    ['MokList', () => byStranger, { mokList: trust(STRANGER) }, 'boots'],
    ['db', () => byOwner, {}, 'boots'],
    ['no db under MokIgnoreDB', () => byOwner, { mokIgnoreDb: true }, 'shim signer-unknown'],
    ['nothing that MokListX lists', () => byVendor, { mokListX: trust(VENDOR) }, 'shim revoked-certificate'],
    ['what another MokListX does not list', () => byVendor, { mokListX: trust(STRANGER) }, 'boots'],
    ['nothing that its vendor dbx lists', () => byVendor, { vendorDbx: trust(VENDOR) }, 'shim revoked-certificate'],
    ['a stranger, with its validation off', () => byStranger, { validation: false }, 'boots'],
  ])('believes %s', async (_, file, about, expected) => {
    expect(await outcome(file(), withShim(about))).toBe(expected);
  });

  test('refuses generations below the level, and takes those that reach it', async () => {
    expect(await outcome(byVendor, withShim({ sbatLevel: new Map([['linux', 2]]) }))).toBe('shim sbat');
    expect(await outcome(byVendor, withShim({ sbatLevel: new Map([['linux', 1]]) }))).toBe('boots');
  });

  test('wants SBAT metadata of what it starts itself, not of what a boot loader asks it for', async () => {
    const plain = signed(forgeBzImage({}), VENDOR);
    expect(await outcome(plain, withShim({}))).toBe('shim sbat');
    const loader = { name: 'grubx64.efi', bytes: byVendor };
    expect(await outcome(plain, withShim({}, { loader }))).toBe('boots');
  });

  test('refuses a boot loader that it does not believe, whatever the file is', async () => {
    const loader = { name: 'grubx64.efi', bytes: byStranger };
    const { stages } = await walk(byVendor, withShim({}, { loader }));
    expect(stages.map(({ program, verdict }) => `${program} ${verdict}`)).toEqual([
      'shim assumed',
      'grubx64.efi reject',
      'file not-reached',
    ]);
  });

  test('refuses a program of another architecture before its signature', async () => {
    expect(await outcome(byStranger, withShim({}, { arch: 'arm64' }))).toBe('shim foreign-architecture');
  });

  test('is verified by firmware, and asks whether it is revoked itself', async () => {
    const program = { name: 'shimx64.efi', bytes: signed(forgeShim({}), OWNER) };
    const on = withShim({ program });
    expect(await outcome(byVendor, on)).toBe('boots');
    const older = new Map([['shim', 5]]);
    expect(await outcome(byVendor, withShim({ program, sbatLevel: older }))).toBe('shim-self sbat');
    const unknown = { name: 'shimx64.efi', bytes: signed(forgeShim({}), STRANGER) };
    expect(await outcome(byVendor, withShim({ program: unknown }))).toBe('firmware signer-unknown');
  });

  test('has its vendor lists in its file', () => {
    const dbx = forgeEsl({ type: 'x509', data: STRANGER.certificateDer });
    const read = readShimVendor(forgeShim({ vendorDb: VENDOR.certificateDer, vendorDbx: dbx }));
    expect(read).toEqual({ ok: true, vendor: trust(VENDOR), vendorDbx: trust(STRANGER) });
  });

  test('has no vendor lists that can be used where its table leaves the section', () => {
    expect(readShimVendor(forgeShim({ table: [0x10000, 0, 16, 16] }))).toMatchObject({ ok: false });
    expect(readShimVendor(forgeShim({ vendorDb: new Uint8Array(40) }))).toMatchObject({ ok: false });
  });
});

describe('kexec', () => {
  test('takes a bzImage whose signer is in db, through the platform keyring', async () => {
    const { verdict, stages } = await walk(byOwner, withKernel({}));
    expect(verdict).toBe('boots');
    expect(stages.map(({ name }) => name)).toEqual(['firmware', 'kexec-loader', 'kexec-signature', 'kexec-load']);
    expect(stages[2]?.reason).toContain('.platform (db)');
  });

  test.each<[string, Partial<MachineKernel>, Partial<MachineShim>, string]>([
    ['nobody else', {}, {}, 'kexec-signature signer-unknown'],
    ['the built-in keys', { builtin: trust(STRANGER) }, {}, 'boots'],
    ['the secondary keyring', { secondary: trust(STRANGER) }, {}, 'boots'],
    ['MokList', {}, { mokList: trust(STRANGER) }, 'boots'],
    ['MokList through the machine keyring', {}, { mokList: trust(STRANGER), mokListTrusted: true }, 'boots'],
    [
      'a trusted MokList without a platform keyring',
      { platformKeyring: false },
      { mokList: trust(STRANGER), mokListTrusted: true },
      'boots',
    ],
    [
      'no MokList without a platform keyring',
      { platformKeyring: false },
      { mokList: trust(STRANGER) },
      'kexec-signature signer-unknown',
    ],
  ])('believes %s', async (_, kernel, shim, expected) => {
    // Shim lets the file pass by its image digest, for which the kernel does not ask.
    const lists = { ...SHIM, vendor: trust(VENDOR), ...shim };
    const digest = digestList(byStranger);
    const on = withKernel(kernel, { shim: { ...lists, mokList: [...lists.mokList, ...digest] } });
    expect(await outcome(byStranger, on)).toBe(expected);
  });

  test('does not read MokList without Secure Boot', async () => {
    const firmware = { secureBoot: false, db: [], dbx: [] };
    const shim = { ...SHIM, mokList: trust(STRANGER) };
    expect(await outcome(byStranger, withKernel({}, { firmware, shim }))).toBe('kexec-signature signer-unknown');
    const open = withKernel({ lockdown: 'none' }, { firmware, shim });
    expect(await outcome(byStranger, open)).toBe('boots');
  });

  test.each<[string, Partial<MachineKernel>, string]>([
    ['under lockdown', {}, 'kexec-signature signer-unknown'],
    ['where it is forced', { lockdown: 'none', kexecSig: 'forced' }, 'kexec-signature signer-unknown'],
    ['by the IMA policy of Secure Boot', { lockdown: 'none', imaArchPolicy: true }, 'kexec-signature signer-unknown'],
    ['nowhere else', { lockdown: 'none' }, 'boots'],
    ['not without CONFIG_KEXEC_SIG', { kexecSig: 'off' }, 'boots'],
  ])('acts on a bad signature %s', async (_, kernel, expected) => {
    const firmware = { secureBoot: true, db: digestList(byStranger), dbx: [] };
    expect(await outcome(byStranger, withKernel(kernel, { firmware }))).toBe(expected);
  });

  test('says that a bad signature is not acted on, and which rule it breaks', async () => {
    const firmware = { secureBoot: true, db: digestList(byStranger), dbx: [] };
    const passed = await stage(byStranger, withKernel({ lockdown: 'none' }, { firmware }), 'kexec-signature');
    expect(passed?.verdict).toBe('unverified');
    expect(passed?.reason).toContain('(signer-unknown), but nothing enforces signatures');
  });

  test('leaves open what IMA says of the file, but not what refuses it in any case', async () => {
    expect(await outcome(byOwner, withKernel({ imaAppraises: true }))).toBe('undecided');
    expect(await outcome(byOwner, withKernel({ imaArchPolicy: true, kexecSig: 'off' }))).toBe('undecided');
    expect(await outcome(byOwner, withKernel({ imaArchPolicy: true }))).toBe('boots');
    const program = signed(smallProgram({}), OWNER);
    expect(await outcome(program, withKernel({ imaAppraises: true }))).toBe('kexec-loader kexec-no-loader');
  });

  test('cannot verify without a verifier', async () => {
    expect(await outcome(byOwner, withKernel({ verifiesImages: false }))).toBe('kexec-signature kexec-no-verifier');
  });

  test('reads dbx into a revocation list only where it was built with one', async () => {
    const lists = { secureBoot: false, db: trust(OWNER), dbx: trust(OWNER) };
    expect(await outcome(byOwner, withKernel({}, { firmware: lists }))).toBe('boots');
    const listed = withKernel({ revocationList: true }, { firmware: lists });
    expect(await outcome(byOwner, listed)).toBe('kexec-signature revoked-certificate');
  });

  test('would crash where the code runs out of bounds, also where nothing is enforced', async () => {
    const firmware = { secureBoot: false, db: trust(OWNER), dbx: [] };
    const bare = Uint8Array.from(KERNEL);
    const view = new DataView(bare.buffer);
    view.setUint16(view.getUint32(0x3c, true) + 6, 0, true); // NumberOfSections
    const on = withKernel({ lockdown: 'none' }, { firmware });
    expect(await stage(signed(bare, OWNER), on, 'kexec-signature')).toMatchObject({
      verdict: 'would-crash',
      rule: { code: 'pe-no-sections' },
    });
    expect(await outcome(byOwner, on)).toBe('boots');
  });
});

describe('the loaders of kexec', () => {
  const OPEN = { secureBoot: false, db: [], dbx: [] };
  const unlocked = (arch: Machine['arch']): Machine => withKernel({ kexecSig: 'off' }, { arch, firmware: OPEN });

  function patched(bytes: Uint8Array, at: number, values: readonly number[]): Uint8Array {
    const copy = Uint8Array.from(bytes);
    copy.set(values, at);
    return copy;
  }

  test.each<[string, number, readonly number[], string]>([
    ['as it is', 0x202, [], 'boots'],
    ['without `HdrS`', 0x202, [0x49], 'kexec-loader kexec-no-loader'],
    ['without the boot flag', 0x1fe, [0x54], 'kexec-loader kexec-no-loader'],
    ['of protocol 2.11', 0x206, [0x0b], 'kexec-loader kexec-no-loader'],
    ['of protocol 2.12', 0x206, [0x0c], 'boots'],
    ['that is loaded low', 0x211, [0], 'kexec-loader kexec-no-loader'],
    ['without a 64-bit entry', 0x236, [0x7e], 'kexec-loader kexec-no-loader'],
    ['that must lie below 4 GiB', 0x236, [0x7d], 'kexec-loader kexec-no-loader'],
    ['with little memory', 0x260, [0, 0x10, 0, 0], 'kexec-load kexec-load'],
    ['whose setup code is too long', 0x1f1, [0xff], 'kexec-load kexec-load'],
  ])('x86 takes a bzImage %s: %#', async (_, at, values, expected) => {
    expect(await outcome(patched(KERNEL, at, values), unlocked('x86-64'))).toBe(expected);
  });

  test.each<[string, number, readonly number[], string]>([
    ['as it is', 56, [], 'boots'],
    ['without its magic', 56, [0x42], 'kexec-loader kexec-no-loader'],
    ['without image_size', 16, [0, 0, 0, 0], 'kexec-load kexec-load'],
    ['that is larger than image_size', 16, [0, 0x10, 0, 0], 'undecided'],
    ['of big-endian', 24, [0x0b], 'undecided'],
    ['of 64 KiB pages', 24, [0x0e], 'undecided'],
    ['of any pages', 24, [0x08], 'boots'],
  ])('arm64 takes an Image %s: %#', async (_, at, values, expected) => {
    expect(await outcome(patched(ARM64, at, values), unlocked('arm64'))).toBe(expected);
  });

  test('arm64 refuses an Image that no page size gives room', async () => {
    const large = forgeImage({ arch: 'arm64', size: 0x20000 });
    expect(await outcome(large, unlocked('arm64'))).toBe('boots');
    expect(await outcome(patched(large, 16, [0, 0x10, 0, 0]), unlocked('arm64'))).toBe('kexec-load kexec-load');
  });

  test('RISC-V and LoongArch take their Images, and verify nothing', async () => {
    for (const arch of ['riscv64', 'loongarch64'] as const) {
      const on = withKernel({}, { arch, firmware: OPEN });
      const image = forgeImage({ arch, size: 0x3000 });
      expect(await outcome(image, on)).toBe('boots');
      expect((await stage(image, on, 'kexec-signature'))?.verdict).toBe('unverified');
    }
  });

  test('LoongArch refuses an Image without kernel_asize, RISC-V one without its magic', async () => {
    const loongarch = patched(forgeImage({ arch: 'loongarch64', size: 0x3000 }), 16, [0, 0, 0, 0]);
    expect(await outcome(loongarch, unlocked('loongarch64'))).toBe('kexec-loader kexec-no-loader');
    const riscv = patched(forgeImage({ arch: 'riscv64', size: 0x3000 }), 56, [0]);
    expect(await outcome(riscv, unlocked('riscv64'))).toBe('kexec-loader kexec-no-loader');
  });

  test('arm64 has no loader for EFI zboot files, and says that it is one', async () => {
    const zboot = patched(patched(ARM64, 4, [0x7a, 0x69, 0x6d, 0x67]), 56, [0xcd]);
    const refused = await stage(zboot, unlocked('arm64'), 'kexec-loader');
    expect(refused?.reason).toBe('not an arm64 Image: no `ARM\\x64` magic; an EFI zboot file, which no kernel unpacks');
  });

  test('names the byte, before any signature is asked', async () => {
    const program = signed(smallProgram({}), OWNER);
    const refused = await stage(program, withKernel({}), 'kexec-loader');
    expect(refused).toMatchObject({
      verdict: 'reject',
      reason: 'not a bzImage: no `HdrS`',
      rule: { code: 'kexec-no-loader', offsetBytes: 0x202, lengthBytes: 4 },
    });
  });
});

/** Lets a file pass in firmware and shim without its signer: by its image digest. */
function digestList(bytes: Uint8Array): readonly Anchor[] {
  const hex = Buffer.from(authenticodeDigest(bytes, 'sha256', 'specification')).toString('hex');
  return [{ kind: 'image-digest', algorithm: 'sha256', hex }];
}
