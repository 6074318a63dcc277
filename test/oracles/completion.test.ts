import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../apps/cli/run-in-memory.ts';

// What the shells themselves make of the completion scripts.
const CASES = [
  ['bootpol ver', 'verify'],
  ['bootpol verify --form', '--format'],
  ['bootpol verify --format sar', 'sarif'],
  ['bootpol help ver', 'verify'],
  ['bootpol completion fi', 'fish'],
] as const;

describe('command line completion', () => {
  let folder = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bootpol-completion-'));
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { code, out } = await run(['completion', shell]);
      expect(code).toBe(0);
      writeFileSync(join(folder, shell === 'zsh' ? '_bootpol' : shell), out);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(CASES)('of bash makes of `%s` `%s`', (line, completed) => {
    expect(asked('bash', ['-c', BASH, 'bash', join(folder, 'bash'), ...line.split(' ')])).toEqual([completed]);
  });

  test.each(CASES)('of fish makes of `%s` `%s`', (line, completed) => {
    const script = `source ${join(folder, 'fish')}; complete -C '${line}'`;
    expect(asked('fish', ['--no-config', '-c', script]).map((each) => each.split('\t')[0])).toEqual([completed]);
  });

  test('of zsh completes each line in a terminal', () => {
    const lines = CASES.map(([line]) => line);
    const whole = CASES.map(([line, completed]) => [...line.split(' ').slice(1, -1), completed].join(' '));
    expect(asked('zsh', ['-f', '-c', ZSH, 'zsh', folder, ...lines])).toEqual(whole);
  });
});

/** What a shell prints, by lines; a shell that is missing fails by name. */
function asked(shell: string, words: readonly string[]): readonly string[] {
  const { error, stdout, stderr } = spawnSync(shell, [...words], { encoding: 'utf8', timeout: 60_000 });
  if (error !== undefined) throw new Error(`cannot run ${shell}: ${error.message}`);
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

const BASH =
  'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _bootpol; printf "%s\\n" "${COMPREPLY[@]}"';

/** Types each line and a tab into a zsh of its own, where `bootpol` prints what it is called with. */
const ZSH = String.raw`
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z 'PS1=; unsetopt zle_bracketed_paste; fpath=('$1' $fpath); autoload -Uz compinit; compinit -u -D; bootpol() { print -r "GOT<$*>" }; print READY'
zpty -r z out '*READY*READY*'
shift
for line in "$@"; do
  zpty -w -n z "$line"$'\t\n'
  zpty -r z out '*GOT<*>*'
  print -r -- \${\${out##*GOT<}%%>*}
done
zpty -d z
`.replaceAll('\\$', '$');
