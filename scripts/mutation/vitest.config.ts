import { defineConfig } from 'vitest/config'
import { DecidingFirst } from './deciding-first.js'

/** `query` or `connection`: each layer has its own tests, because the other would hide what it does not do. */
const layer = process.env.MUTATION_LAYER

export default defineConfig({
  test: {
    include: [
      `src/phases/6-isolation/${layer}/**/*.test.ts`,
      ...(layer === 'query' ? ['test/isolation/refused-by-key.test.ts'] : []),
    ],
    globalSetup: ['scripts/mutation/shared-server.ts'],
    sequence: { sequencer: DecidingFirst },
    // The query layer changes only its own handle, so its test files can share their modules: half the time.
    isolate: layer !== 'query',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 15_000 } },
  },
})
