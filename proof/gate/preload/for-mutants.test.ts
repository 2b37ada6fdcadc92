import { expect, test } from 'vitest'
import { actAs, acting } from '../../../src/core/context.js'
import { offerBypass } from './for-mutants.js'

test('a mutant goes past both layers as the system, and the caller stays the current user elsewhere', async () => {
  offerBypass()
  const { usertwoBypass } = globalThis as unknown as { usertwoBypass<T>(work: () => T): Promise<T> }
  const found = await actAs({ kind: 'user', id: 2, person: null }, async () => [
    await usertwoBypass(() => acting()?.kind),
    acting()?.kind,
  ])
  expect(found).toEqual(['system', 'user'])
})
