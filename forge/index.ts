/** The forge's door: descriptions to image bytes, with throw-away keys. Needs Node. */
export { forgeGiven } from './given.ts';
export type { GivenSpec } from './given-spec.ts';
export { type GivenCast, newGivenCast } from './given-cast.ts';
