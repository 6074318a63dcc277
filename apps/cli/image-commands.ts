import { type CommandSpec, FILES_NOTE } from './command.ts';
import { EXIT } from './exit-code.ts';

/** Commands that make boot images, and measure what making them takes. */
export const IMAGE_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'repack',
    summary: 'sign the kernel inside a boot image, pack it and sign it anew',
    operand: 'FILE',
    options: [
      {
        name: 'sign-inner',
        value: '[KEY,]CERT',
        repeatable: true,
        summary: 'sign the kernel before it is packed; one signature for each time it is given',
      },
      { name: 'sign-outer', value: '[KEY,]CERT', repeatable: true, summary: 'sign the whole file' },
      {
        name: 'compress',
        value: 'CODEC',
        choices: ['gzip', 'lz4', 'lzma', 'lzo', 'xz', 'zstd', 'none'],
        summary: 'pack the Image so: gzip, lz4, lzma, lzo, xz, zstd; none leaves it bare; default: as it was',
      },
      { name: 'trim', summary: 'pack the signed Image as it is, not with zeros up to its image_size' },
      {
        name: 'digest',
        value: 'DIGEST',
        choices: ['sha256', 'sha384', 'sha512'],
        summary: 'of all signatures: sha256 (default), sha384, sha512',
      },
      { name: 'signing-time', value: 'TIME', summary: 'what the signatures say; default: nothing' },
      {
        name: 'passphrase',
        value: 'SOURCE',
        repeatable: true,
        summary: 'of encrypted keys: file:PATH or env:NAME',
      },
      { name: 'prepare', value: 'OUT.tbs', summary: 'write what the first key that is not given must sign' },
      {
        name: 'attach',
        value: 'SIG',
        repeatable: true,
        summary: 'signatures by keys that are not given, in their order',
      },
      { name: 'output', short: 'o', value: 'OUT', summary: 'where to write; `-` is standard output' },
      { name: 'force', summary: 'replace OUT where it is a regular file' },
      { name: 'format', value: 'FORMAT', choices: ['text', 'json'], summary: 'how to print: text (default) or json' },
    ],
    exits: [
      [EXIT.fine, 'the file, or what is to be signed, is written'],
      [EXIT.usage, 'a fault of a key, of the command line, or of OUT'],
      [EXIT.undecided, 'the file cannot be read, packed or signed'],
    ],
    notes: [
      'FILE is an EFI zboot image or a UKI; any EFI program with --sign-outer alone. It may be `-`, or `PACKAGE!/PATH`.',
      'KEY is a private key in PEM, or a PKCS#11 URI that the installed openssl reaches. CERT is a file: in PEM the ' +
        'certificate and then its issuers, or one certificate in DER. Without KEY, and unless CERT holds a key too, the ' +
        'key signs elsewhere: --prepare and --attach.',
      'The kernel is signed, padded, compressed, packed and signed outside in this order. What was there of signatures ' +
        'on what changes is dropped. Compressors are gzip of Node, and the programs lz4, lzop, xz and zstd.',
      'The stub of a zboot image was linked for the payload it came with; the output says whether firmware can still start it.',
    ],
    load: async () => (await import('./repack.ts')).repack,
  },
  {
    name: 'forge',
    summary: 'make the boot image that a description gives',
    operand: '[DESCRIPTION]',
    options: [
      { name: 'file', value: 'FILE', summary: 'read the description from a file' },
      { name: 'output', short: 'o', value: 'OUT', required: true, summary: 'where to write; `-` is standard output' },
      { name: 'key', value: 'NAME=KEY,CERT', repeatable: true, summary: 'sign for NAME with this key and certificate' },
      { name: 'passphrase', value: 'SOURCE', repeatable: true, summary: 'of encrypted keys: file:PATH or env:NAME' },
      { name: 'keys', value: 'DIR', summary: 'write the certificates of throw-away keys there, as NAME.pem' },
      { name: 'force', summary: 'replace files that are there' },
      { name: 'format', value: 'FORMAT', choices: ['text', 'json'], summary: 'how to print: text (default) or json' },
    ],
    exits: [
      [EXIT.fine, 'the image is written'],
      [EXIT.usage, 'a fault of the description, of a key, of the command line, or of OUT'],
    ],
    notes: [
      'DESCRIPTION is what `given` has in the test of a policy, such as ' +
        '`uki signed by distro { linux: zboot { compression zstd image signed by ring } initrd }`; `-` is standard input.',
      'Who has no --key signs with a key that is thrown away. With given RSA keys the same description gives the same bytes.',
    ],
    load: async () => (await import('./forge.ts')).forge,
  },
  {
    name: 'cost',
    summary: 'show what each compression of a kernel and an initrd takes',
    operand: 'FILE…',
    options: [
      { name: 'runs', value: 'N', summary: 'how often everything is decoded; default: 5' },
      {
        name: 'codec',
        value: 'CODEC',
        repeatable: true,
        choices: ['gzip', 'lz4', 'lzma', 'lzo', 'xz', 'zstd'],
        summary: 'one compression of gzip, lz4, lzma, lzo, xz, zstd; default: all',
      },
      { name: 'format', value: 'FORMAT', choices: ['text', 'json'], summary: 'how to print: text (default) or json' },
    ],
    exits: [
      [EXIT.fine, 'every file is measured, whatever programs are missing'],
      [EXIT.usage, 'a fault of the command line'],
      [EXIT.undecided, 'a file cannot be read, or holds neither'],
    ],
    notes: [
      FILES_NOTE,
      'The same contents are encoded as the build of Linux does, with the programs gzip, lz4, lzop, xz and zstd where they ' +
        'are installed, and decoded by them and by bootpol. Times are of this machine and of what else it does.',
    ],
    load: async () => (await import('./cost.ts')).cost,
  },
];
