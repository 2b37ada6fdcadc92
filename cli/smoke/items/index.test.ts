import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { items } from './index.js'

test('docs/reference/smoke.md has a row for each line', () => {
  const page = readFileSync(new URL('../../../docs/reference/smoke.md', import.meta.url), 'utf8')
  const named = [...page.matchAll(/^\| `(smoke\.[\w-]+)` \|/gm)].map(([, id]) => id)
  expect(named).toEqual([...items.map(({ id }) => id), 'smoke.removed'])
})
