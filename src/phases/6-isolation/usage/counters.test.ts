import { expect, test } from 'vitest'
import { type Noted, openCounters } from './counters.js'

const raw = (sql: string): Noted => ({ what: 'raw', kind: 'raw', sql })

test('the same thing is counted once with its times and rows, and told at powers of ten', () => {
  const told: string[] = []
  const counters = openCounters(({ what, times }) => void told.push(`${what} ${times}`))
  const passed: Noted = { what: 'let pass', table: 't', verb: 'select', rows: 3, sql: 's', person: '2' }
  for (let n = 0; n < 120; n++) counters.note(passed)
  counters.note({ ...passed, person: '3', rows: 1 })
  counters.note({ what: 'rewritten', table: 't', column: 'c' })
  expect(counters.all()).toEqual([
    { ...passed, rows: 360, times: 120 },
    { ...passed, person: '3', rows: 1, times: 1 },
    { what: 'rewritten', table: 't', column: 'c', times: 1 },
  ])
  expect(told).toEqual(['let pass 1', 'let pass 10', 'let pass 100', 'let pass 1', 'rewritten 1'])
})

test('rows that are not known once stay not known', () => {
  const counters = openCounters()
  const passed = { what: 'let pass', table: 't', verb: 'copy', sql: 's', person: '2' } as const
  for (const rows of [1, null, 2]) counters.note({ ...passed, rows })
  expect(counters.all()).toEqual([{ ...passed, rows: null, times: 3 }])
})

test('an app that makes new SQL all the time does not fill the memory', () => {
  const counters = openCounters()
  for (let n = 0; n < 3000; n++) counters.note(raw(`select ${'x'.repeat(n)}`))
  expect(counters.all().length).toBeLessThanOrEqual(1001)
  expect(counters.all().reduce((sum, { times }) => sum + times, 0)).toBe(3000)
})
