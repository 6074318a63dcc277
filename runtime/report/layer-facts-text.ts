import { grouped } from '../bytes/grouped.ts';
import { layOut, plain } from './columns.ts';
import type { InspectedLayer, InspectedTrust } from './inspection.ts';
import type { Line } from './paint.ts';
import { printable } from './printable.ts';

/** Which program a layer is, its SBAT components, and what a shim was built to trust: a line each, where there is any. */
export function layerFactLines({ program, sbat, vendor }: InspectedLayer): readonly Line[] {
  const version = program?.version ?? null;
  return [
    ...(program === null
      ? []
      : factLines('program', `${program.name}${version === null ? '' : ` ${version}`} (${program.evidence})`)),
    ...(sbat === null || sbat.length === 0
      ? []
      : factLines('sbat', sbat.map(({ component, generation }) => `${component} ${generation}`).join(', '))),
    ...(vendor === null ? [] : [...trusted(vendor.authorized), ...refused(vendor.deauthorized)]),
  ];
}

/** The properties that a policy can ask of the layer. */
export function layerPropertyLines({ properties }: InspectedLayer): readonly Line[] {
  const rows = Object.entries(properties);
  if (rows.length === 0) return [];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return [
    [plain('  properties')],
    ...rows.flatMap(([name, value]) =>
      layOut({ indent: 4, hanging: 4 + width, left: [plain(`${name.padEnd(width)}${shown(value)}`)], right: '' }),
    ),
  ];
}

function shown(value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'number' && Number.isInteger(value) ? grouped(value) : printable(String(value));
}

function factLines(label: string, text: string): readonly Line[] {
  return layOut({ indent: 2, hanging: 16, left: [plain(`${label.padEnd(13)} ${printable(text)}`)], right: '' });
}

/** Whom shim trusts by itself is worth naming. */
function trusted({ certificates, digests }: InspectedTrust): readonly Line[] {
  return [
    ...certificates.flatMap(({ subject, sha256 }) => [
      ...factLines('vendor db', subject),
      ...factLines('  certificate', sha256),
    ]),
    ...(digests.length === 0 ? [] : factLines('vendor db', counted(digests.length, 'digest'))),
  ];
}

function refused({ certificates, digests }: InspectedTrust): readonly Line[] {
  const counts = [
    ...(certificates.length === 0 ? [] : [counted(certificates.length, 'certificate')]),
    ...(digests.length === 0 ? [] : [counted(digests.length, 'digest')]),
  ];
  return counts.length === 0 ? [] : factLines('vendor dbx', counts.join(', '));
}

function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}
