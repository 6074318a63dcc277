import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../../apps/cli/commands.ts';
import { run } from './run-in-memory.ts';

describe('the command line', () => {
  test('without a word prints its help to standard error and ends with 2', async () => {
    const { code, out, err } = await run([]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('usage: bootpol COMMAND');
  });

  test.each([[['--help']], [['-h']], [['help']], [['help', 'help']], [['help', '--help']]])(
    '%j prints the help',
    async (words) => {
      const { code, out, err } = await run(words);
      expect([code, err]).toEqual([0, '']);
      for (const { name } of COMMANDS) expect(out).toContain(`  ${name} `);
    },
  );

  test.each(COMMANDS.map(({ name }) => name))('`%s --help` names every option and exit code', async (name) => {
    const { code, out } = await run([name, '--help']);
    expect(code).toBe(0);
    expect((await run(['help', name])).out).toBe(out);
    const command = COMMANDS.find((each) => each.name === name);
    for (const option of command?.options ?? []) expect(out).toContain(`--${option.name}`);
    for (const [exit] of command?.exits ?? []) expect(out).toMatch(new RegExp(`^ {2}${String(exit)} `, 'm'));
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test.each([[['--version']], [['-V']]])('%j prints the version', async (words) => {
    const { code, out } = await run(words);
    expect(code).toBe(0);
    expect(out).toMatch(/^bootpol \d+\.\d+\.\d+\n$/);
  });

  test.each([
    [['verfy'], 'bootpol: no command `verfy`; did you mean `verify`?\n'],
    [['frobnicate'], 'bootpol: no command `frobnicate`; see `bootpol --help`\n'],
    [['--versoin'], 'bootpol: no option `--versoin`; did you mean `--version`?\n'],
    [['help', 'chek'], 'bootpol: no command `chek`; did you mean `check`?\n'],
    [['check'], 'bootpol: `check` needs at least one POLICY\n'],
    [['verify', 'a.efi'], 'bootpol: `verify` needs `-p` POLICY\n'],
    [['verify', '-p', 'a.bootpol'], 'bootpol: `verify` needs at least one FILE\n'],
    [['verify', '-p'], 'bootpol: `-p` needs a value: POLICY\n'],
    [['verify', '-p', '--strict', 'a'], 'bootpol: `-p` needs a value: POLICY\n'],
    [['verify', '-p', 'a', '-p', 'b', 'c'], 'bootpol: `-p` is given twice\n'],
    [['verify', '--formt', 'json'], 'bootpol: `verify` has no option `--formt`; did you mean `--format`?\n'],
    [['gap', '-p', 'a.bootpol', 'b.efi'], 'bootpol: `gap` takes the policy without `-p`: bootpol gap POLICY [FILE…]\n'],
    [['verify', '--pol', 'p'], 'bootpol: `verify` has no option `--pol`; did you mean `--policy`?\n'],
    [['ver'], 'bootpol: no command `ver`; did you mean `verify`?\n'],
    [['verify', '-x'], 'bootpol: `verify` has no option `-x`; see `bootpol verify --help`\n'],
    [['verify', '--strict=yes'], 'bootpol: `--strict` takes no value\n'],
    [
      ['inspect', '--format', 'jsno', 'a'],
      'bootpol: `--format` does not know `jsno`: text or json; did you mean `json`?\n',
    ],
    [
      ['test', '--format', 'x', 'a'],
      'bootpol: `--format` does not know `x`: text, json, sarif, junit, github, gitlab or markdown\n',
    ],
    [['inspect', '--format', 'yaml', 'a'], 'bootpol: `--format` does not know `yaml`: text or json\n'],
    [['inspect', '--layer', '', 'a'], 'bootpol: `--layer` needs a value: PATH\n'],
    [['extract', '-o', 'b'], 'bootpol: `extract` needs FILE and LAYER-PATH\n'],
    [['extract', '-o', 'b', 'a'], 'bootpol: `extract` needs LAYER-PATH\n'],
    [['extract', 'a', 'uki'], 'bootpol: `extract` needs `-o` OUT\n'],
    [
      ['extract', '-o', 'b', 'a', 'uki', 'uki/.linux'],
      'bootpol: `extract` takes FILE and LAYER-PATH only; `uki/.linux` is too much\n',
    ],
    [['inspect', '-', '-'], 'bootpol: standard input can be read once only\n'],
    [['verify', '-p', '-', '-'], 'bootpol: standard input can be read once only\n'],
    [['verify', '-p', 'a', '--at', '2026-02-30', 'b'], 'bootpol: `--at` wants a day as YYYY-MM-DD\n'],
    [['verify', '-p', 'a', '--at', 'tomorrow', 'b'], 'bootpol: `--at` wants a day as YYYY-MM-DD\n'],
  ])('%j is one clear line and exit code 2', async (words, line) => {
    expect(await run(words)).toEqual({ code: 2, out: '', err: line });
  });
});
