// Runs after each test file of those that share a process.
import { afterAll, expect } from 'vitest'
import { hooks } from '../../src/core/process/patch.js'

/** It is made when its module is loaded, changes nothing by itself, and stays. */
const BY_LOADING = 'knex client, its prototype'

afterAll(() => {
  const left = hooks().map(({ of }) => of)
  const why = 'vitest.config.ts has to name this file under REPLACING, because it leaves something replaced'
  expect(
    left.filter((of) => of !== BY_LOADING),
    why,
  ).toEqual([])
})
