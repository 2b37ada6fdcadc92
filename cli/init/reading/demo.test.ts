import { expect, test } from 'vitest'
import { demoBy } from './demo.js'

const read = (...names: string[]) => new Map(names.map((name) => [name, 'src/config.js:1']))

test('recognises a demo login by the names of its variables, or because the app has no users', () => {
  const own = read('PORT', 'JOURNAL_DEMO_USERNAME', 'JOURNAL_DEMO_PASSWORD', 'DEMO_MODE')
  expect(demoBy(own, '/api/auth', true)).toBe(
    'its login at /api/auth: JOURNAL_DEMO_USERNAME, JOURNAL_DEMO_PASSWORD',
  )
  expect(demoBy(read('DEMO_USERNAME'), '/api/auth', true)).toContain('DEMO_USERNAME')
  expect(demoBy(read('ADMIN_USERNAME', 'ADEMO_USER'), '/api/auth', true)).toBeNull()
  expect(demoBy(read(), '/api/auth', false)).toBe('its login at /api/auth asks no table')
})
