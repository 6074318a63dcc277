declare const BOOTPOL_VERSION: string;

/** The version in package.json, put in when the command line is bundled. */
export const VERSION = BOOTPOL_VERSION;
