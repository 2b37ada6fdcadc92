import { describe, expect, test } from 'vitest'
import { startPage } from './pages.js'

const html = { 'content-type': 'text/html; charset=utf-8' }
const page = '<!doctype html><p>notes</p>'
const pages = new Map([
  ['/about', page],
  ['/notes', page],
])
const redirect = (location: string) => ({
  status: 302,
  headers: { ...html, location },
  body: '<p>Found. Redirecting</p>',
})

describe('the page that a browser begins with', () => {
  test('is / where it answers a page', () => {
    expect(startPage({ status: 200, headers: html, body: page }, pages)).toBe('/')
  })

  test('is the page that / redirects to, whose answer is HTML and no page', () => {
    expect(startPage(redirect('/notes'), pages)).toBe('/notes')
    expect(startPage(redirect('/notes?tab=1'), pages)).toBe('/notes')
    expect(startPage(redirect('http://127.0.0.1:3000/notes'), pages)).toBe('/notes')
  })

  test('is the first known page if / is not a page and leads to none', () => {
    expect(startPage(redirect('/elsewhere'), pages)).toBe('/about')
    expect(startPage({ status: 404, headers: {}, body: '' }, pages)).toBe('/about')
    expect(startPage(null, pages)).toBe('/about')
  })

  test('is null in an app without pages', () => {
    expect(startPage({ status: 200, headers: {}, body: '{}' }, new Map())).toBeNull()
  })
})
