import { type InspectedLayer, printable } from '../../index.ts';

/** A file as `repack` sees it: the kernel, and what it is packed in. */
export interface Anatomy {
  readonly root: InspectedLayer;
  /** The UKI, and its `.linux`, when the file is one. */
  readonly uki: { readonly layer: InspectedLayer; readonly linux: InspectedLayer } | null;
  readonly zboot: InspectedLayer | null;
  /** The program that the boot ends with: an Image, a bzImage; for any other program the file itself. */
  readonly kernel: InspectedLayer;
}

/** The anatomy, or why the file cannot be taken apart. */
export type Dissection =
  | { readonly ok: true; readonly anatomy: Anatomy }
  | { readonly ok: false; readonly text: string };

/** Finds the kernel in a zboot image or a UKI; every other program is its own kernel. */
export function dissect(root: InspectedLayer): Dissection {
  if (root.fault !== null) return unreadable(root);
  if (root.kind !== 'uki') return inProgram(root, { root, uki: null });
  const kernels = root.children.filter(({ kind }) => kind === 'linux');
  const [linux] = kernels;
  if (linux === undefined || kernels.length > 1) {
    return { ok: false, text: `it has ${kernels.length} \`.linux\` sections; one can be re-packed` };
  }
  const [program] = linux.children;
  if (program === undefined || linux.fault !== null) return unreadable(linux);
  return inProgram(program, { root, uki: { layer: root, linux } });
}

function inProgram(program: InspectedLayer, around: Pick<Anatomy, 'root' | 'uki'>): Dissection {
  if (program.fault !== null) return unreadable(program);
  if (program.kind !== 'zboot') {
    if (program.authenticode !== null) return { ok: true, anatomy: { ...around, zboot: null, kernel: program } };
    return { ok: false, text: `${printable(program.path)} is no PE file, and no part of one can be re-packed` };
  }
  const [kernel] = program.children;
  if (kernel === undefined || kernel.fault !== null) return unreadable(kernel ?? program);
  if (kernel.kind === 'image') return { ok: true, anatomy: { ...around, zboot: program, kernel } };
  return { ok: false, text: `${printable(kernel.path)} is no kernel Image` };
}

function unreadable({ path, fault }: InspectedLayer): Dissection {
  if (fault === null) return { ok: false, text: `${printable(path)} holds no program that can be read` };
  const place = `${printable(fault.layer)} @ 0x${fault.offsetBytes.toString(16).padStart(7, '0')}`;
  return { ok: false, text: `it cannot be read: ${printable(fault.text)} (${place})` };
}
