import { expect, test } from 'vitest'
import type { Evidence } from '../check.js'
import { resultOf, waiveParts } from './verdict.js'

const check = { id: 'tiny.a' as const, title: 'a', proves: ['G1'], fix: 'b' }
const found = (problems: Evidence[]) => resultOf(check, { exercised: 1, unit: 'requests', problems }, 0)
const shown = (route: string, curl: string): Evidence => ({ what: 'a name was shown', route, curl })

test('reports a finding of several requests once, with the first of them', () => {
  const { evidence } = found([
    shown('GET /a', 'curl 1'),
    shown('GET /b', 'curl 2'),
    shown('GET /a', 'curl 3'),
  ])
  expect(evidence).toEqual([shown('GET /a', 'curl 1'), shown('GET /b', 'curl 2')])
})

test('a finding that no waiver names stays red behind any number of waived ones', () => {
  const routes = Array.from({ length: 99 }, (_, at) => `GET /${at}`)
  const result = found([...routes.map((route) => shown(route, '')), shown('GET /forgotten', '')])
  const parts = routes.map((route) => `a name was shown [${route}]`)
  const waivers = [{ check: 'tiny.a', parts, until: '2027-01-01', reason: 'known' }]
  const { verdict, evidence } = waiveParts(result, waivers, '2026-11-22')
  expect({ verdict, evidence }).toEqual({ verdict: 'fail', evidence: [shown('GET /forgotten', '')] })
})

test('a route without an answer is unknown, and the fix is about it if nothing else is wrong', () => {
  const unanswered = [{ what: 'no answer to GET /a: socket hang up', route: 'GET /a', part: 'GET /a' }]
  const finding = { exercised: 3, unit: 'requests', problems: [] as Evidence[], unanswered }
  expect(resultOf(check, finding, 0)).toMatchObject({
    verdict: 'unknown',
    evidence: unanswered,
    fix: expect.stringMatching(/^Let the route answer/),
  })
  const leak = shown('GET /b', '')
  const both = resultOf(check, { ...finding, problems: [leak] }, 0)
  expect(both).toMatchObject({ verdict: 'fail', evidence: [leak, ...unanswered], fix: check.fix })
})
