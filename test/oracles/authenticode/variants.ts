import { type Construction, CROSSED, type Dimension, DIMENSIONS, type Selection, USUAL } from './dimensions.ts';

/** A construction and its name: the values that are not usual. */
export interface Variant {
  readonly name: string;
  readonly construction: Construction;
}

/** Every file of the comparison, each once, in a fixed order. */
export function variants(): readonly Variant[] {
  const known = new Map<string, Variant>();
  for (const construction of CROSSED.flatMap(productOf)) {
    const name = nameOf(construction);
    if (canBeMade(construction)) known.set(name, { name, construction });
  }
  return [...known.values()];
}

/** Whether a construction has one of the values of every dimension that is named. */
export function isSelected(construction: Construction, selection: Selection): boolean {
  return dimensionsOf(selection).every((dimension) => {
    const values: 'all' | readonly string[] = selection[dimension] ?? 'all';
    return values === 'all' || values.includes(construction[dimension]);
  });
}

/** The dimensions that a selection names, in the order of the table. */
export function dimensionsOf(selection: Selection): readonly Dimension[] {
  return ALL_DIMENSIONS.filter((dimension) => selection[dimension] !== undefined);
}

/** The dimensions in the order of their table. */
export const ALL_DIMENSIONS: readonly Dimension[] = [
  'digest',
  'key',
  'entries',
  'chain',
  'attributes',
  'table',
  'layout',
  'image',
  'message',
];

function productOf(selection: Selection): readonly Construction[] {
  let made: readonly Construction[] = [USUAL];
  for (const dimension of dimensionsOf(selection)) {
    const named = selection[dimension] ?? 'all';
    const values: readonly string[] = named === 'all' ? Object.keys(DIMENSIONS[dimension]) : named;
    made = made.flatMap((one) => values.map((value): Construction => ({ ...one, [dimension]: value })));
  }
  return made;
}

/** Values that contradict each other: what is not embedded cannot be altered. */
function canBeMade({ chain, message }: Construction): boolean {
  return message !== 'certificate' || (chain !== 'signer-absent' && chain !== 'anchor-absent');
}

function nameOf(construction: Construction): string {
  const unusual = ALL_DIMENSIONS.filter((dimension) => construction[dimension] !== USUAL[dimension]);
  return unusual.map((dimension) => `${dimension} ${construction[dimension]}`).join(', ') || 'usual';
}
