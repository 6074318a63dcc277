import { attempt } from '../bytes/format-error.ts';
import { type MachineFile, machineFileSchema } from '../contract/machine-schema.ts';
import { type JsonNode, readStrictJson } from '../formats/strict-json.ts';

/** A machine file, or the first thing that is wrong with it. */
export type ReadMachineFile =
  | { readonly ok: true; readonly machine: MachineFile }
  | { readonly ok: false; readonly text: string };

/**
 * Reads the description of a machine.
 *
 * Unknown names and names that come twice are refused: a setting that is misspelt would be one that is lost.
 */
export function readMachineFile(bytes: Uint8Array): ReadMachineFile {
  const json = attempt(() => readStrictJson(bytes, { layer: '', code: 'machine-json' }));
  if (!json.ok) return fault(`${json.finding.text} (at byte ${json.finding.offsetBytes})`);
  const read = machineFileSchema.safeParse(plainValue(json.value));
  if (!read.success) {
    const [issue] = read.error.issues;
    const text = issue?.message ?? 'not a machine';
    return fault(`${placeOf(issue?.path ?? [])}${text.charAt(0).toLowerCase()}${text.slice(1)}`);
  }
  const { kernel, arch } = read.data;
  if (kernel?.kexecSig === 'forced' && arch !== 'x86-64') {
    return fault('`kernel.kexecSig`: only x86 has CONFIG_KEXEC_SIG_FORCE; elsewhere `imaArchPolicy` enforces');
  }
  return { ok: true, machine: read.data };
}

function plainValue(node: JsonNode): unknown {
  switch (node.kind) {
    case 'object':
      return Object.fromEntries(Array.from(node.members, ([name, member]) => [name, plainValue(member)]));
    case 'array':
      return node.items.map(plainValue);
    case 'string':
      return node.text;
    case 'number':
      return node.value;
    case 'word':
      return node.word === 'null' ? null : node.word === 'true';
  }
}

function placeOf(path: readonly PropertyKey[]): string {
  const place = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return place === '' ? '' : `\`${place.replace(/^\./, '')}\`: `;
}

function fault(text: string): { readonly ok: false; readonly text: string } {
  return { ok: false, text };
}
