/**
 * The closed enumerations of the language: codecs, architectures, digests, profiles, outcomes.
 *
 * Compiler, runtime and documentation all read them from here.
 */

export const CODECS = ['none', 'gzip', 'zstd', 'xz', 'lzma', 'lz4', 'lzo', 'bzip2'] as const;
/** A compression, named as policies name it. `lzo` is the kernel's name for the lzop container. */
export type Codec = (typeof CODECS)[number];

export const ARCHES = ['x86-64', 'ia32', 'arm64', 'arm', 'riscv64', 'riscv32', 'loongarch64', 'loongarch32'] as const;
/** An architecture, named as policies name it. */
export type Arch = (typeof ARCHES)[number];

/** Digests that a policy can name, with their length in bytes. */
export const POLICY_DIGESTS = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 } as const;
export type PolicyDigest = keyof typeof POLICY_DIGESTS;

export const PROFILES = ['strict', 'linux', 'edk2', 'shim'] as const;
/** Whose checking rules a view follows. */
export type ProfileName = (typeof PROFILES)[number];

export const SCHEMES = ['authenticode', 'appended', 'pcr'] as const;
export type Scheme = (typeof SCHEMES)[number];

export const SEVERITIES = ['require', 'forbid', 'warn'] as const;
/** What a requirement does with its condition's outcome. */
export type RequirementMode = (typeof SEVERITIES)[number];

export const OTHERWISE = ['reject', 'warn', 'allow'] as const;
/** What happens to layers and bytes that a block does not declare. */
export type Otherwise = (typeof OTHERWISE)[number];

/** Three-valued logic of every condition. */
export type Outcome = 'true' | 'false' | 'undecided';

export const VERDICTS = ['accept', 'accept-with-warnings', 'accept-waived', 'undecided', 'reject'] as const;
/** From best to worst: the verdict of a file is that of its worst view. */
export type VerdictName = (typeof VERDICTS)[number];
