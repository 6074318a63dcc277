import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../../apps/cli/commands.ts';
import { run } from './run-in-memory.ts';

describe('bootpol completion', () => {
  test.each(['bash', 'zsh', 'fish'])('knows every command and option for %s', async (shell) => {
    const { code, out } = await run(['completion', shell]);
    expect(code).toBe(0);
    const spell = (name: string): string => (shell === 'fish' ? `-l ${name}` : `--${name}`);
    const missing = COMMANDS.flatMap(({ name, options }) => [
      name,
      ...options.map((option) => spell(option.name)),
    ]).filter((word) => !out.includes(word));
    expect(missing).toEqual([]);
  });

  test('refuses a shell that it does not know, and names those that it does', async () => {
    expect(await run(['completion', 'tcsh'])).toEqual({
      code: 2,
      out: '',
      err: 'bootpol: no completion for `tcsh`; it is bash, zsh, fish\n',
    });
  });
});
