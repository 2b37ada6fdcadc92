import { expect, test } from 'vitest'
import { isPage } from './is-page.js'

const HTML = 'text/html; charset=utf-8'

test('HTML with a tag is a page, a plain word sent as HTML is not', () => {
  expect(isPage({ contentType: HTML, body: '<!doctype html><p>Chores' })).toBe(true)
  expect(isPage({ contentType: 'TEXT/HTML', body: '<ul></ul>' })).toBe(true)
  for (const body of ['ok', '', '{"a":1}', '3 < 4'])
    expect(isPage({ contentType: HTML, body }), body).toBe(false)
  expect(isPage({ contentType: 'application/json', body: '"<p>"' })).toBe(false)
  expect(isPage({ contentType: null, body: '<p>' })).toBe(false)
})
