import { expect, test } from 'vitest'
import type { Ownership } from './schema/owners.js'
import { rowsShownBy } from './shows-rows.js'

const database = (values: string[]) =>
  ({ sql: async () => values.map((value) => ({ value })) }) as unknown as Parameters<typeof rowsShownBy>[0]

const ownership = { users: { exists: false }, tables: [{ name: 'notes' }] } as Ownership

test('finds the value of a row as a word of its own, also escaped in JSON', async () => {
  const shows = await rowsShownBy(database(['milk', 'say "hi"', 'tea', '2026']), ownership)
  expect(shows('[{"text":"milk"}]')).toBe(true)
  expect(shows(JSON.stringify({ text: 'say "hi"' }))).toBe(true)
  expect(shows('steady')).toBe(false)
  expect(shows('{"status":"ok","uptime":20261}')).toBe(false)
})
