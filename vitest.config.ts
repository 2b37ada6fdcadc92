import { defineConfig } from 'vitest/config'
import { LongFirst } from './test/support/long-first.js'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // Each file may start processes and browsers of its own; more of them at once than this only wait for each other.
    maxWorkers: 2,
    sequence: { sequencer: LongFirst },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // What is waited for may take as long as a busy machine needs; by itself it is a second.
    expect: { poll: { timeout: 15_000 } },
  },
})
