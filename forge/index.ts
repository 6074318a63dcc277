/** The forge's door: descriptions to image bytes, with throw-away keys. Needs Node. */
export { forgeGiven } from './given.ts';
export type { GivenSpec } from './given-spec.ts';
export { type GivenCast, newGivenCast } from './given-cast.ts';
export { withoutLzopTime } from './lzop-time.ts';
export { ownSigner } from './own-signer.ts';
export { type PreparedSignature, prepareSignature, withSignatures } from './prepared-signature.ts';
export { repackUki } from './repack-uki.ts';
export { type RepackedZboot, repackZboot } from './repack-zboot.ts';
export type { DigestName } from './signature-algorithms.ts';
export { bareKernel, imageSizeOf, paddedKernel, trimmedKernel, unsignedProgram } from './unsigned-program.ts';
export type { Signer } from './x509.ts';
