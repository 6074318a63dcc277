import { describe, expect, test } from 'vitest';
import type { CommandIo } from '../../../apps/cli/io.ts';
import { progressOn } from '../../../apps/cli/progress.ts';

function shown(environment: CommandIo['environment'], stream: 'terminal' | 'pipe'): string {
  let written = '';
  const io = { errIsTerminal: stream === 'terminal', environment, err: (text: string) => (written += text) };
  const progress = progressOn(io);
  progress.show(1, 2, 'a.efi');
  progress.clear();
  return written;
}

describe('progress', () => {
  test('is one line on a terminal, and is taken away', () => {
    expect(shown({}, 'terminal')).toBe('\r\u001b[K1 of 2  a.efi\r\u001b[K');
  });

  test.each([
    ['standard error is no terminal', {}, 'pipe'],
    ['a build system keeps what is written', { CI: 'true' }, 'terminal'],
    ['the terminal cannot take a line away', { TERM: 'dumb' }, 'terminal'],
  ] as const)('is nothing where %s', (_, environment, stream) => {
    expect(shown(environment, stream)).toBe('');
  });
});
