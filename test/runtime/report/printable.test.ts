import { describe, expect, test } from 'vitest';
import { printable, widthOf } from '../../../runtime/report/printable.ts';

describe('printable', () => {
  test.each([
    ['leaves ordinary text alone', 'CN=Debian Secure Boot CA', 'CN=Debian Secure Boot CA'],
    ['leaves letters of other scripts alone', 'CN=Žluťoučký 漢字', 'CN=Žluťoučký 漢字'],
    ['shows a terminal escape instead of sending it', 'a\u001b[31mred', 'a\\u{1b}[31mred'],
    ['shows the C1 control sequence introducer', 'a\u009b31m', 'a\\u{9b}31m'],
    ['shows marks that turn the direction of writing', 'a\u202egpj.exe', 'a\\u{202e}gpj.exe'],
    ['shows zero-width characters', 'a\u200bb', 'a\\u{200b}b'],
    ['shows a lone surrogate', 'a\ud800b', 'a\\u{d800}b'],
    ['puts a space for line ends and tabs', 'one\r\ntwo\tthree', 'one two three'],
  ])('%s', (_title, text, shown) => {
    expect(printable(text)).toBe(shown);
  });
});

describe('widthOf', () => {
  test.each([
    ['counts letters once', 'zboot', 5],
    ['counts wide characters twice', '漢字', 4],
    ['counts a combining mark not at all', 'e\u0301', 1],
    ['counts pictures twice', '\u{1f512}', 2],
  ])('%s', (_title, text, columns) => {
    expect(widthOf(text)).toBe(columns);
  });
});
