/* eslint-disable max-lines -- a table: one entry for each command */
import { type CommandSpec, FILES_NOTE, type OptionSpec, POLICY_NOTE } from './command.ts';
import { INITRD } from './initrd-option.ts';
import { EXIT } from './exit-code.ts';
import { IMAGE_COMMANDS } from './image-commands.ts';
import { SIMULATION_COMMANDS } from './simulation-commands.ts';

const FORMAT: OptionSpec = {
  name: 'format',
  value: 'FORMAT',
  choices: ['text', 'json'],
  summary: 'how to print: text (default) or json',
};

/** `--format` of commands whose findings build systems read. */
const RUN_FORMAT: OptionSpec = {
  name: 'format',
  value: 'FORMAT',
  choices: ['text', 'json', 'sarif', 'junit', 'github', 'gitlab', 'markdown'],
  summary: 'how to print: text (default), or one of the others, also for build systems',
};

const REPORT: OptionSpec = {
  name: 'report',
  value: 'FORMAT=FILE',
  repeatable: true,
  summary: 'also write a report: json, sarif, junit, github, gitlab, markdown or baseline',
};

const BASELINE: OptionSpec = {
  name: 'baseline',
  value: 'FILE',
  summary: 'fail only for findings that are not in this file, which `--report baseline=FILE` wrote',
};

/** Every command, in the order of the help. */
export const COMMANDS: readonly CommandSpec[] = [
  {
    name: 'init',
    summary: 'write a starter policy, of nothing or of boot images',
    operand: '[FILE…]',
    options: [
      { name: 'output', short: 'o', value: 'OUT', summary: 'where to write; default and `-`: standard output' },
      {
        name: 'keys',
        value: 'DIR',
        summary: 'write the certificates of who signed there, and name them in the policy',
      },
      { name: 'force', summary: 'replace files that are there' },
    ],
    exits: [
      [EXIT.fine, 'the policy is written, and accepts every FILE'],
      [EXIT.usage, 'a fault of the command line, or of OUT or DIR'],
      [EXIT.undecided, 'a FILE cannot be read or described; nothing is written'],
    ],
    notes: [
      'Without FILE: a policy with every kind of statement, explained. With files: what they are today, stated as a rule: ' +
        'their layers, signers, compressions, architectures and promises. What nobody signed is accepted by its digest alone.',
      'Of a chain, the last certificate that the file holds is believed, so that what the same issuer signs later is accepted ' +
        'too. Without --keys the signers are params, for `--bind`.',
      FILES_NOTE,
    ],
    load: async () => (await import('./init.ts')).init,
  },
  {
    name: 'check',
    summary: 'say what is wrong with policies',
    operand: 'POLICY…',
    options: [
      { name: 'at', value: 'DATE', summary: 'check as on this day, YYYY-MM-DD in UTC; default: now' },
      { name: 'fix', summary: 'write back the fixes that are certain, and check what they leave' },
      { name: 'max-warnings', value: 'COUNT', summary: 'end with 4 where there are more warnings than that' },
      RUN_FORMAT,
      REPORT,
      BASELINE,
    ],
    exits: [
      [EXIT.fine, 'no errors'],
      [EXIT.usage, 'errors, or a policy that cannot be read or written'],
      [EXIT.qualified, 'more warnings than --max-warnings'],
    ],
    notes: [
      `${POLICY_NOTE} \`bootpol explain CODE\` tells more of a code.`,
      '`# bootpol: allow CODE because "…"` in the policy allows a warning, on the line itself or on the line before.',
    ],
    load: async () => (await import('./check.ts')).check,
  },
  {
    name: 'explain',
    summary: 'tell what codes of `bootpol check` mean',
    operand: 'CODE…',
    options: [],
    exits: [
      [EXIT.fine, 'every code is told'],
      [EXIT.usage, 'there is no such code, or a fault of the command line'],
    ],
    notes: ['CODE is one of those that `check` prints in brackets, such as BP0204.'],
    load: async () => (await import('./explain.ts')).explain,
  },
  {
    name: 'show',
    summary: 'show what a policy asks for, one requirement a line, or its plan',
    operand: 'POLICY',
    options: [
      { name: 'table', summary: 'a register: layer, requirement, condition and views (default)' },
      { name: 'plan', summary: 'the plan in JSON, as the verifier gets it' },
    ],
    exits: [
      [EXIT.fine, 'the policy compiles'],
      [EXIT.usage, 'a fault of the policy, of a key file or of the command line'],
    ],
    notes: [],
    load: async () => (await import('./show.ts')).show,
  },
  {
    name: 'fmt',
    summary: 'lay policies out in the one canonical way',
    operand: '[FILE…]',
    options: [
      { name: 'check', summary: 'change nothing; show what would change, and end with 1 where anything would' },
      { name: 'write', summary: 'write the files back' },
      { name: 'stdin', summary: 'read standard input instead of files' },
    ],
    exits: [
      [EXIT.fine, 'everything is formatted, or now is'],
      [EXIT.rejected, 'with --check: a file is not formatted'],
      [EXIT.usage, 'a file that cannot be read or written, with --check: a statement; or a fault of the command line'],
    ],
    notes: [
      'FILE may be a directory: then every *.bootpol in it and below. Without --check or --write, one file is printed.',
      'A statement with a syntax error is left as it is. docs/format.md describes the layout.',
    ],
    load: async () => (await import('./fmt.ts')).fmt,
  },
  {
    name: 'lock',
    summary: 'write the digests of imported files into policies',
    operand: 'POLICY…',
    options: [{ name: 'check', summary: 'write nothing; end with 1 where a digest is missing or stale' }],
    exits: [
      [EXIT.fine, 'every import states the digest of its file'],
      [EXIT.rejected, 'with --check: an import is not locked, or its file has changed'],
      [EXIT.usage, 'a policy or an imported file cannot be read or written, or a syntax error'],
    ],
    notes: [
      POLICY_NOTE,
      'Review what changed before you lock it again. Of the policies named, imported ones are locked first.',
    ],
    load: async () => (await import('./lock.ts')).lock,
  },
  {
    name: 'verify',
    summary: 'judge boot images by a policy',
    operand: 'FILE…',
    options: [
      { name: 'policy', short: 'p', value: 'POLICY', required: true, summary: 'the policy file' },
      {
        name: 'bind',
        value: 'NAME=FILE',
        repeatable: true,
        summary: 'certificates for `param signers NAME`: PEM, DER or an EFI signature list',
      },
      INITRD,
      { name: 'at', value: 'DATE', summary: 'judge as on this day, YYYY-MM-DD in UTC; default: now' },
      { name: 'explain', summary: 'show every requirement with its proof, not only what failed' },
      { name: 'strict', summary: 'end with 4 where a file is accepted with warnings or by waiver' },
      RUN_FORMAT,
      REPORT,
      BASELINE,
      { name: 'jobs', short: 'j', value: 'N', summary: 'how many files to judge at a time; default: 1' },
      { name: 'max-warnings', value: 'COUNT', summary: 'end with 4 where there are more warnings than that' },
    ],
    exits: [
      [EXIT.fine, 'every file is accepted'],
      [EXIT.rejected, 'a file is rejected'],
      [EXIT.usage, 'a fault of the policy, of a key file or of the command line'],
      [EXIT.undecided, 'a file cannot be read or judged'],
      [EXIT.qualified, 'with --strict: accepted, with warnings or by waiver; or more than --max-warnings'],
    ],
    notes: [FILES_NOTE, 'Of several codes the first of 2, 1, 3, 4, 0 counts.'],
    load: async () => (await import('./verify.ts')).verify,
  },
  {
    name: 'test',
    summary: 'run the tests that policies carry',
    operand: 'POLICY…',
    options: [
      { name: 'min-coverage', value: 'PERCENT', summary: 'fail where the tests show fewer outcomes of the conditions' },
      { name: 'at', value: 'DATE', summary: 'judge as on this day, YYYY-MM-DD in UTC; default: now' },
      RUN_FORMAT,
      REPORT,
      BASELINE,
    ],
    exits: [
      [EXIT.fine, 'every test passed'],
      [EXIT.rejected, 'a test failed, or too few outcomes are shown'],
      [EXIT.usage, 'a fault of a policy, or of the command line'],
    ],
    notes: [POLICY_NOTE, 'Images are forged anew with throw-away keys in the place of all signers.'],
    load: async () => (await import('./test.ts')).test,
  },
  {
    name: 'inspect',
    summary: 'show the layers, signatures and coverage of boot images',
    operand: 'FILE…',
    options: [
      { name: 'tree', summary: 'show the tree of layers and nothing else' },
      { name: 'bytes', summary: 'show the byte map: every region of every layer, and who signs it' },
      { name: 'layer', value: 'PATH', summary: 'show only this layer and what is in it, with its contents if text' },
      FORMAT,
    ],
    exits: [
      [EXIT.fine, 'every file was read, whatever is wrong inside'],
      [EXIT.usage, 'a fault of the command line'],
      [EXIT.undecided, 'a file cannot be read'],
    ],
    notes: [FILES_NOTE, 'PATH is a path of the tree, such as `uki/.linux/image`.'],
    load: async () => (await import('./inspect.ts')).inspect,
  },
  {
    name: 'extract',
    summary: 'write the bytes of one layer to a file',
    operand: 'FILE LAYER-PATH',
    options: [
      { name: 'output', short: 'o', value: 'OUT', required: true, summary: 'where to write; `-` is standard output' },
      { name: 'raw', summary: 'as the layer is stored around it, still compressed' },
      { name: 'force', summary: 'replace OUT where it is a regular file' },
    ],
    exits: [
      [EXIT.fine, 'the layer is written'],
      [EXIT.usage, 'there is no such layer, OUT is refused, or a fault of the command line'],
      [EXIT.undecided, 'the file, the layer or a member of it cannot be read or written'],
    ],
    notes: [
      'LAYER-PATH is a path that `bootpol inspect --tree` shows, such as `uki/.linux/image`. FILE may be `-`, or `PACKAGE!/PATH`.',
      'OUT is never written through a symbolic link, neither itself nor in the folders on its way.',
      'Where the layer is a cpio archive and OUT a new (`OUT/`) or empty directory, its files and directories are written ' +
        'there and never outside; links and devices are not made.',
    ],
    load: async () => (await import('./extract.ts')).extract,
  },
  ...IMAGE_COMMANDS,
  ...SIMULATION_COMMANDS,
  {
    name: 'build',
    summary: 'write a policy as an ES module that verifies files',
    operand: 'POLICY',
    options: [
      { name: 'output', short: 'o', value: 'DIR', required: true, summary: 'where to write; made if it is not there' },
      { name: 'force', summary: 'replace files there that `build` did not write' },
    ],
    exits: [
      [EXIT.fine, 'the module and its declarations are written'],
      [EXIT.usage, 'a fault of the policy, of a key file or of the command line; or DIR cannot be written'],
    ],
    notes: [
      'Writes NAME.js and NAME.d.ts for NAME.bootpol. The module holds the trust anchors, and imports bootpol/runtime alone. ' +
        'The same policy gives the same bytes. docs/build.md shows how to use it.',
    ],
    load: async () => (await import('./build.ts')).build,
  },
  {
    name: 'footprint',
    summary: 'show what each view of policies must carry to decide',
    operand: 'POLICY…',
    options: [FORMAT],
    exits: [
      [EXIT.fine, 'every policy compiles'],
      [EXIT.usage, 'a fault of a policy, of a key file or of the command line'],
    ],
    notes: [POLICY_NOTE],
    load: async () => (await import('./footprint.ts')).footprint,
  },
  {
    name: 'gap',
    summary: 'show what a policy leaves unprotected',
    operand: 'POLICY [FILE…]',
    options: [
      {
        name: 'bind',
        value: 'NAME=FILE',
        repeatable: true,
        summary: 'certificates for `param signers NAME`; needed when a FILE is given',
      },
      INITRD,
      { name: 'at', value: 'DATE', summary: 'judge as on this day, YYYY-MM-DD in UTC; default: now' },
      FORMAT,
    ],
    exits: [
      [EXIT.fine, 'nothing is unprotected'],
      [EXIT.rejected, 'a view loads or executes bytes that no requirement it enforces covers'],
      [EXIT.usage, 'a fault of the policy, of a key file or of the command line'],
      [EXIT.undecided, 'a file cannot be read or judged'],
    ],
    notes: [
      FILES_NOTE,
      'Without FILE: what the policy leaves open whatever the file. With files: the bytes of each, also of those that are refused.',
    ],
    load: async () => (await import('./gap.ts')).gap,
  },
  {
    name: 'pcr',
    summary: 'predict PCR 11 of UKIs, as systemd-measure does',
    operand: 'FILE…',
    options: [
      {
        name: 'bank',
        value: 'BANK',
        repeatable: true,
        choices: ['sha1', 'sha256', 'sha384', 'sha512'],
        summary: 'PCR bank; default: all of sha1, sha256, sha384, sha512',
      },
      {
        name: 'phase',
        value: 'PATH',
        repeatable: true,
        summary: 'boot phase, such as enter-initrd:leave-initrd, or `:` for none; default: the four of systemd-measure',
      },
      { name: 'profile', value: 'N', summary: 'one profile of a multi-profile UKI; default: all' },
      FORMAT,
    ],
    exits: [
      [EXIT.fine, 'every file is a UKI and was predicted'],
      [EXIT.usage, 'a fault of the command line'],
      [EXIT.undecided, 'a file cannot be read, or its PCR 11 cannot be predicted'],
    ],
    notes: [FILES_NOTE, 'In directories and packages, what is no UKI is passed over.'],
    load: async () => (await import('./pcr.ts')).pcr,
  },
  {
    name: 'compare',
    summary: 'say which enforcers take boot images, and which rule makes the difference',
    operand: 'FILE…',
    options: [
      {
        name: 'db',
        value: 'SPEC',
        required: true,
        repeatable: true,
        summary: 'whom they believe, in this order; may be given several times',
      },
      { name: 'dbx', value: 'SPEC', repeatable: true, summary: 'whom and what they do not believe' },
      {
        name: 'dbt',
        value: 'SPEC',
        repeatable: true,
        summary: 'whom firmware believes about times, for revocations with a time',
      },
      FORMAT,
    ],
    exits: [
      [EXIT.fine, 'every enforcer accepts every file'],
      [EXIT.rejected, 'an enforcer refuses a file, or its code would crash on it'],
      [EXIT.usage, 'a fault of a SPEC or of the command line'],
      [EXIT.undecided, 'a file cannot be read'],
    ],
    notes: [
      'SPEC is a file of certificates (PEM, DER) or an EFI signature list (.esl, .auth), `sha256:HEX`, `sha384:HEX` or ' +
        '`sha512:HEX` for an image digest, or `x509sha256:CERTIFICATE` for the digest of a TBSCertificate.',
      FILES_NOTE,
    ],
    load: async () => (await import('./compare.ts')).compare,
  },
  {
    name: 'boots',
    summary: 'walk boot images through a machine, and name what refuses them first',
    operand: 'FILE…',
    options: [
      {
        name: 'on',
        value: 'MACHINE.json',
        required: true,
        summary: 'the machine: its firmware, shim, boot loader and running kernel',
      },
      { name: 'sbat-level', value: 'LEVEL', summary: 'file of the SBAT level of shim; default: what the machine says' },
      { name: 'trace', summary: 'show every stage, not only what refuses or is left open' },
      FORMAT,
    ],
    exits: [
      [EXIT.fine, 'every file boots'],
      [EXIT.rejected, 'a stage refuses a file, or its code would crash on it'],
      [EXIT.usage, 'a fault of the machine, of a file that it names or of the command line'],
      [EXIT.undecided, 'a file cannot be read, or a stage depends on what is not described'],
    ],
    notes: [
      'docs/machine.md describes MACHINE.json; paths in it are relative to it.',
      FILES_NOTE,
      'Where the machine has a running kernel, FILE must pass kexec from it too.',
    ],
    load: async () => (await import('./boots.ts')).boots,
  },
  {
    name: 'completion',
    summary: 'print what completes the command line in a shell',
    operand: 'SHELL',
    options: [],
    exits: [
      [EXIT.fine, 'the script is printed'],
      [EXIT.usage, 'another SHELL than bash, zsh or fish'],
    ],
    notes: [
      'bash: `source <(bootpol completion bash)`. zsh: `bootpol completion zsh > DIR/_bootpol`, where DIR is in $fpath. ' +
        'fish: `bootpol completion fish > ~/.config/fish/completions/bootpol.fish`.',
    ],
    load: async () => (await import('./completion.ts')).completion,
  },
  {
    name: 'lsp',
    summary: 'serve an editor that speaks the Language Server Protocol',
    operand: '',
    options: [
      { name: 'stdio', summary: 'on standard input and output; there is no other way, and editors may say so' },
    ],
    exits: [
      [EXIT.fine, 'the editor ended the session'],
      [EXIT.rejected, 'the connection broke'],
      [EXIT.usage, 'a fault of the command line'],
    ],
    notes: ['docs/editors.md says how editors are set up.'],
    load: async () => (await import('./lsp.ts')).lsp,
  },
];
