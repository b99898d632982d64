import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isSafeLink } from './is-safe-link.ts'

test('web and mail addresses may become links', () => {
  expect(isSafeLink('https://example.com/a?b=c')).toBe(true)
  expect(isSafeLink('mailto:someone@example.com')).toBe(true)
})

test('an address that runs, reads a file or points into this site never does', () => {
  for (const href of [
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' java\nscript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'vbscript:x',
    '/verify',
    '//host',
    '',
    '#top',
  ])
    expect(isSafeLink(href), href).toBe(false)
})

test('whatever is safe parses to one of three schemes', () =>
  fc.assert(
    fc.property(fc.oneof(fc.webUrl(), fc.string()), href => {
      fc.pre(isSafeLink(href))
      expect(['http:', 'https:', 'mailto:']).toContain(new URL(href).protocol)
    }),
  ))
