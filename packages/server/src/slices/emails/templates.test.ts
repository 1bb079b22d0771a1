import { expect, test } from 'vitest'
import { render } from './templates.js'

const url = 'https://id.example.com/auth/magic-link.html#token=abc'

test('render writes the link into text and HTML', () => {
  const { subject, text, html } = render('magic_link', { url, minutes: 15 }, 'acme')
  expect(subject).toBe('Sign in to acme')
  expect(text).toContain(`\n${url}\n`)
  expect(html).toContain(`<a href="${url}">Sign in</a>`)
})

test('render makes text of markup, and one line of a subject', () => {
  const organization = `<img src=x onerror="alert('1')">{{constructor}}\r\nBcc: eve@example.com\u2028`
  const { subject, text, html } = render(
    'invitation',
    { organization, inviter: `${organization}2`, url: `${url}"><script>`, days: 7 },
    'acme',
  )
  expect(subject).not.toMatch(/[\r\n\u2028]/)
  expect(text.split('\n').filter((line) => line.startsWith('Bcc:'))).toEqual([])
  expect(html).not.toMatch(/<img|<script/)
  expect(html).toContain('{{constructor}}')
})
