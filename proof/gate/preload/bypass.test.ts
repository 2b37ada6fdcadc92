import { expect, test } from 'vitest'
import { actAs, acting } from '../../../src/core/context.js'
import { offerBypass } from './bypass.js'

test('what a mutant does past both layers is done as the system, and by nobody else', async () => {
  offerBypass()
  const { usertwoBypass } = globalThis as unknown as { usertwoBypass<T>(work: () => T): Promise<T> }
  const found = await actAs({ kind: 'user', id: 2, person: null }, async () => [
    await usertwoBypass(() => acting()?.kind),
    acting()?.kind,
  ])
  expect(found).toEqual(['system', 'user'])
})
