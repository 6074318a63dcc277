/** What an assertion can look like. */
export interface AssertionForm {
  /** Its words behind `assert`; of those that name something, what. */
  readonly words: readonly (string | NamedThing)[];
  /** What the list behind the words names; null where there is none. */
  readonly list: 'codecs' | 'kinds' | null;
  readonly text: string;
}

/** `byte or kind`: `byte`, or a kind of layer. */
export interface NamedThing {
  readonly names: 'view' | 'byte or kind';
}

const VIEW: NamedThing = { names: 'view' };

/** `assert no uncovered …`. */
export const UNCOVERED: AssertionForm = {
  words: ['no', 'uncovered', { names: 'byte or kind' }, 'at', VIEW],
  list: null,
  text: 'assert no uncovered byte at VIEW',
};

/** `assert footprint of … decodes only …`. */
export const DECODES: AssertionForm = {
  words: ['footprint', 'of', VIEW, 'decodes', 'only'],
  list: 'codecs',
  text: 'assert footprint of VIEW decodes only { CODEC, … }',
};

/** `assert footprint of … parses only …`. */
const PARSES: AssertionForm = {
  words: ['footprint', 'of', VIEW, 'parses', 'only'],
  list: 'kinds',
  text: 'assert footprint of VIEW parses only { KIND, … }',
};

/** Every form that there is. */
export const ASSERTION_FORMS: readonly AssertionForm[] = [UNCOVERED, DECODES, PARSES];
