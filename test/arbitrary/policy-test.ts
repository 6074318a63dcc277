import { type Choices, happens, oneOf, someOf, times } from './choices.ts';
import { braced, phrase } from './condition.ts';
import type { Piece } from './layout.ts';
import type { Draft } from './draft.ts';

/** A test of the draft's requirements: images that can be forged, and expectations that need not hold. */
export function testPieces(draft: Draft, choices: Choices): readonly Piece[] {
  const lines = [
    ...times(1 + choices.below(2), () => [...phrase('given', 'element'), ...givenPieces(draft, choices)]),
    ...times(1 + choices.below(2), () => expectationPieces(draft, choices)),
  ];
  return [
    ...phrase('test', 'statement'),
    { text: '"it does what it should"', before: 'anywhere' },
    ...phrase('{'),
    ...lines.flat(),
    ...phrase('}'),
  ];
}

function givenPieces({ signers, artifacts }: Draft, choices: Choices): readonly Piece[] {
  const kind = artifacts[choices.below(artifacts.length)] ?? 'image';
  const signed = kind !== 'initrd' && happens(choices, 60) ? phrase(`signed by ${oneOf(choices, signers)}`) : [];
  const elements = someOf(choices, elementsOf(kind, signers[0]));
  return [...phrase(kind), ...signed, ...(happens(choices, 70) && elements.length > 0 ? braced(elements) : [])];
}

/** Lines that may stand in the braces of a given layer; each can follow any other. */
function elementsOf(kind: string, signers: string): readonly (readonly Piece[])[] {
  switch (kind) {
    case 'zboot':
      return [value('compression', 'zstd'), phrase(`image signed by ${signers}`, 'element')];
    case 'uki':
      return [
        phrase(`linux : zboot signed by ${signers}`, 'element'),
        phrase('initrd', 'element'),
        value('cmdline', '"ro # quiet"'),
        value('uname', 'absent'),
      ];
    case 'image':
      return [phrase('altered', 'element'), [...value('size', '4'), { text: 'MiB', before: 'line' }]];
    case 'initrd':
      return [value('compression', 'gzip')];
    default:
      return [value('key', 'rsa2048'), phrase('expired', 'element')];
  }
}

function value(name: string, image: string): readonly Piece[] {
  return [...phrase(name, 'element'), { text: image, before: 'line' }];
}

function expectationPieces({ requirements }: Draft, choices: Choices): readonly Piece[] {
  const reason = requirements[choices.below(requirements.length)] ?? 'shape';
  if (happens(choices, 50)) return phrase('expect accept', 'element');
  const others = happens(choices, 30) ? phrase(', shape') : [];
  return [...phrase('expect reject because', 'element'), { text: reason, before: 'line' }, ...others];
}
