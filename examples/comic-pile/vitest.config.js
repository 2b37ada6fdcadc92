import { defineConfig } from 'vitest/config'

// Against a running server: COMIC_PILE_URL, COMIC_PILE_TOKEN, COMIC_PILE_USER_ID, DATABASE_URL (see README).
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['test/**/*.test.js'],
    globalSetup: ['test/support/setup.js'],
    fileParallelism: false, // one server, one database
    testTimeout: 15_000,
    hookTimeout: 30_000,
  },
})
