import { defineConfig } from 'vitest/config'
import { LONG, SAMPLED } from './test/long.js'
import { LongFirst } from './test/support/long-first.js'
import { leftOutWithoutGit } from './test/with-git.js'

/** `quick`: what `npm test` runs; `long`: the rest, and series in full; otherwise any file can be run by its name. */
const tests = process.env.TESTS

export default defineConfig({
  test: {
    include: tests === 'long' ? [...LONG, ...SAMPLED] : ['{src,reading,proof,cli,lab,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', ...(tests === 'quick' ? LONG : []), ...leftOutWithoutGit()],
    globalSetup: ['test/support/global-setup.ts'],
    // Each file may start processes and browsers of its own; more of them at once only wait for each other.
    maxWorkers: 2,
    sequence: { sequencer: LongFirst },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // What is waited for may take as long as a busy machine needs; by itself it is a second.
    expect: { poll: { timeout: 15_000 } },
  },
})
