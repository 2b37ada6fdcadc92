import { defineConfig } from 'vitest/config'
import { LONG } from '../../test/long.js'
import { DecidingFirst } from './deciding-first.ts'

/** The tests of the two layers: unit tests, and those of several users that take seconds. */
const TESTS = ['src/phases/6-isolation/{query,connection}/**/*.test.ts']

export default defineConfig({
  test: {
    include: TESTS,
    exclude: ['**/node_modules/**', ...LONG],
    globalSetup: ['scripts/mutation/shared-server.ts'],
    sequence: { sequencer: DecidingFirst },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 15_000 } },
  },
})
