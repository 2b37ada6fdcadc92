import { defineConfig } from 'vitest/config'

// On the database of DATABASE_URL, which is emptied; without one, on a PostgreSQL that is thrown away.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['test/**/*.test.js'],
    globalSetup: ['test/support/setup.js'],
    fileParallelism: false, // one database
    testTimeout: 15_000,
    hookTimeout: 30_000,
  },
})
