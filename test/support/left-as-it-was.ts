// Runs after each test file of those that share a process.
import { afterAll, expect } from 'vitest'
import { hooks } from '../../src/core/process/patch.js'

/** Made when a module is loaded; they change nothing by themselves, and stay. */
const BY_LOADING = ['knex client, its prototype', 'worker_threads.Worker']

afterAll(() => {
  const left = hooks().map(({ of }) => of)
  const why = 'vitest.config.ts has to name this file under REPLACING, because it leaves something replaced'
  expect(
    left.filter((of) => !BY_LOADING.includes(of)),
    why,
  ).toEqual([])
})
