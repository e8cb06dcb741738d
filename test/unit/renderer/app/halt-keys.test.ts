import { expect, test } from 'vitest'

import { isHaltKey } from '../../../../src-renderer/app/use-halt-keys'

const key = (part: Partial<KeyboardEvent>) =>
  ({ ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, code: 'KeyH', key: 'H', ...part }) as KeyboardEvent

test.each([
  ['Ctrl+Shift+H', { ctrlKey: true, shiftKey: true }, true],
  ['⌘+Shift+H', { metaKey: true, shiftKey: true }, true],
  ['on a Cyrillic layout', { ctrlKey: true, shiftKey: true, key: 'Р' }, true],
  ['on Dvorak, by letter', { ctrlKey: true, shiftKey: true, code: 'KeyJ', key: 'H' }, true],
  ['H alone', {}, false],
  ['Shift+H', { shiftKey: true }, false],
  ['Ctrl+H', { ctrlKey: true }, false],
  ['Ctrl+Shift+J', { ctrlKey: true, shiftKey: true, code: 'KeyJ', key: 'J' }, false],
])('%s', (_name, part, halts) => expect(isHaltKey(key(part))).toBe(halts))
