import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeMessage } from '../../cli/run/merge-message.ts';

describe('the message of a merge', () => {
  it.each([
    ['Add login\nmore', 'Merge apex/x: Add login'],
    ['Add login\r\nmore', 'Merge apex/x: Add login'],
    ['Add login\rmore', 'Merge apex/x: Add login'],
    ['\0\n\u001b[31mAdd\u001b[0m \0login', 'Merge apex/x: Add login'],
    ['Add \ud800 login', 'Merge apex/x: Add \ufffd login'],
    ['', 'Merge apex/x'],
    [' \0 ', 'Merge apex/x'],
  ])('from %j is one clean line', (description, subject) => {
    expect(mergeMessage('apex/x', description)).toBe(`${subject}\n`);
  });

  it('says in its body what a subject has no room for', () => {
    const line = 'x'.repeat(100);
    expect(mergeMessage('apex/x', `${line}\nmore`)).toBe(
      `Merge apex/x: ${'x'.repeat(85)}…\n\n${line}\n`,
    );
    expect(mergeMessage('apex/x', 'x'.repeat(5_000)).length).toBeLessThan(1_200);
  });

  it('has a subject of at most 100 characters and is well formed, whatever the description', () => {
    const unit = fc.constantFrom('😀', 'a', ' ', '\0', '\r', '\n', '\ud800', '\udc00', '\u001b');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 200 }), fc.nat(100), (description, length) => {
        const message = mergeMessage(`apex/${'b'.repeat(length)}`, description);
        expect(message).toMatch(/^Merge apex\/[^\p{Cc}]*\n(?:\n[^\p{Cc}]+\n)?$/u);
        expect(message.indexOf('\n')).toBeLessThanOrEqual(100);
        expect(message.isWellFormed()).toBe(true);
      }),
    );
  });
});
