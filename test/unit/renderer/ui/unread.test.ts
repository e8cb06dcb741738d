import { MantineProvider } from '@mantine/core'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'

import { Unread } from '../../../../src-renderer/ui/unread'

test('what could not be read says why, and offers to ask again', () => {
  const problem = { code: 'INTERNAL', figures: { detail: 'the record does not answer' } } as const
  const shown = renderToStaticMarkup(
    createElement(MantineProvider, null, createElement(Unread, { problem, again: () => Promise.resolve() })),
  )
  expect(shown).toContain('role="alert"')
  expect(shown).toContain('the record does not answer')
  expect(shown).toMatch(/<button[^>]*type="button"[^>]*>.*Read it again/)
})
