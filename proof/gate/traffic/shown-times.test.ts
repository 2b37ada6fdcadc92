import { expect, test } from 'vitest'
import { withoutNow } from './volatile.js'

const NOW = Date.UTC(2026, 10, 21, 16, 33)

test.each([
  '2026-11-21',
  '2026-11-21T16:33:05.123Z',
  '2026-11-21 16:33:05+01',
  'Nov 21, 2026, 4:33 PM',
  'Nov 21, 2026, 4:33\u202fPM',
  'November 21st, 2026 at 4:33 PM',
  '21 November 2026',
  'Saturday, 21 Nov 2026 16:33:05 GMT',
  'Sat Nov 21 2026',
  'Sat Nov 21 2026 16:33:05 GMT+0000 (Coordinated Universal Time)',
  '11/21/2026, 4:33:05 PM',
  '21.11.2026, 16:33',
  '22/11/2026',
  '2026-11',
  'November 2026',
  'Nov. 2026',
])('%s is now, on the day it was shown', (shown) => {
  expect(withoutNow(`<td>${shown}</td>`, NOW)).toBe('<td>(now)</td>')
})

test.each([
  '2023-12-20T13:17:55.683Z',
  'Nov 21, 2025, 4:33 PM',
  '1.2.3',
  '10.0.0.1',
  '192.168.11.2026',
  'May I?',
  '2026-10',
  'November 2025',
  'May 2026',
  '2026-11-x',
  'tel. 030-2026-11',
])('%s is not', (shown) => {
  expect(withoutNow(`<td>${shown}</td>`, NOW)).toBe(`<td>${shown}</td>`)
})
