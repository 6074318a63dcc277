/**
 * What `import … from "./x.bootpol"` gives under the plugins of `bootpol/unplugin`: add `bootpol/client` to `types` in
 * tsconfig.json, or write `/// <reference types="bootpol/client" />`.
 */
declare module '*.bootpol' {
  /** The policy that was compiled. */
  export const policy: {
    readonly name: string;
    readonly version: number | null;
    readonly description: string | null;
    /** SHA-256 of what the policy means, lower-case hex. */
    readonly digest: string;
  };

  /** Judges a file under the policy. */
  export const verify: import('./dist/runtime/index.js').Verifier;
}
