import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { PLANTED, plantedReport, SECRETS } from '../../../../test/support/gate-report.js'
import { htmlPage } from './reporter.js'

const page = htmlPage.render(plantedReport())

/** Returns the cells of a route in the matrix, without markup. */
function cells(route: string): string[] {
  const [method, path] = route.split(' ')
  const rows = page.split('<tr').map((one) => one.split('</tr>')[0]!)
  const row = rows.find((one) => one.includes(`<b>${method}</b> ${path}`))
  return row!.split('<td').map((cell) =>
    cell
      .replace(/^[^>]*>/, '')
      .replace(/<[^>]*>/g, '')
      .trim(),
  )
}

test('escapes everything an app has answered', () => {
  expect(page).not.toMatch(/<script|<img|onerror="/)
  // Escaped in each text of the report that holds it. None was dropped instead.
  const escaped = PLANTED.slice(0, PLANTED.indexOf('<img')).replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  expect(page.split(escaped).length - 1).toBeGreaterThan(15)
})

test('escapes characters that change the direction of text', () => {
  expect(page).not.toContain('\u202e')
  expect(page).toContain('\\u202e')
})

test('masks secrets, and keeps the placeholder of a curl line', () => {
  for (const secret of Object.values(SECRETS)) expect(page).not.toContain(secret)
  expect(page).toContain('-H &quot;authorization: Bearer $OTHER_TOKEN&quot;')
  expect(page).toContain('postgres://app:[redacted]@db/app')
})

test('forbids everything but its own style, by hash', () => {
  const style = /<style>(.*?)<\/style>/s.exec(page)![1]!
  const hash = createHash('sha256').update(style).digest('base64')
  expect(page).toContain(
    `content="default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;"`,
  )
})

test('loads nothing and links to nothing outside of itself', () => {
  const markup = page.replace(/<style>.*<\/style>/s, '').match(/<[a-z][^>]*>/g)!
  const links = markup.flatMap((tag) => /\s(?:src|href|srcset|data|action)="([^"]*)"/.exec(tag)?.[1] ?? [])
  expect(links.length).toBeGreaterThan(5)
  expect(links.filter((link) => !link.startsWith('#'))).toEqual([])
})

test('each link leads to one place in the page', () => {
  const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id)
  expect(new Set(ids).size).toBe(ids.length)
  for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target)
})

test('opens the phases and checks that are red, and no others', () => {
  const open = [...page.matchAll(/<details class="[^"]*" id="([^"]+)" open>/g)].map(([, id]) => id)
  expect(open).toEqual([
    'phase-6',
    '6-isolation.foreign-ids',
    '6-isolation.login-required',
    '6-isolation.at-once',
    '6-isolation.files',
  ])
})

test('shows what each caller was answered by a route, from all checks that asked', () => {
  expect(cells('GET /api/threads/:id').slice(1)).toEqual(['401 ×2', '200 ×3', '200 ×3', '200 404 ×11'])
  expect(cells('GET /api/threads/:id')[0]).toMatch(/12 attacks, 3 controls.*✗ isolation\.foreign-ids/)
  expect(cells('GET /stats').slice(1)).toEqual(['not asked', '200', '200', 'names no row'])
  expect(cells('POST /api/').slice(1)).toEqual(['not asked', '500', 'not asked', 'not asked'])
})

test('lists what the run left out, with the reason', () => {
  const section = page.slice(page.indexOf('id="left-out"'), page.indexOf('id="waivers"'))
  expect(section).toMatch(/hardening\.floods<\/a><\/dt><dd>no page/)
  expect(section).toMatch(/isolation\.at-once<\/a><\/dt><dd>not finished within 60 s/)
  expect(section).toMatch(/a legacy route .*POST \/api\//s)
})

test('shows each waiver with its last day, and whether it has expired', () => {
  const section = page.slice(page.indexOf('id="waivers"'))
  expect(section).toMatch(/isolation\.files<\/code> <b>until <time datetime="2999-01-01">/)
  expect(section).toMatch(/isolation\.foreign-ids<\/code> <b>ended on <time datetime="2020-01-01">/)
})

test('says GO for a run without a red check, and lists nothing as wrong', () => {
  const { results } = plantedReport()
  const go = htmlPage.render(plantedReport({ results: [results[0]!] }))
  expect(go).toContain('<title>GO: pile')
  expect(go).toContain('No check of this run asked every route as several users.')
  expect(go).not.toContain('Why it is NO-GO')
  expect(page).toContain('Why it is NO-GO')
})
