import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { leftOutWithoutGit } from './test/with-git.js'

/** Whether this is `npm test`; otherwise any file can be run by its name. */
const quick = process.env.TESTS === 'quick'

/**
 * Whose tests take their process through a start, or replace parts of drivers, of packages or of Node in it: such a file
 * has a process of its own. left-as-it-was.ts finds one that is missing here.
 */
const REPLACING = [
  'src/{core,run,metrics}/**/*.test.ts',
  'src/phases/6-isolation/**/*.test.ts',
  'src/phases/4-auth/own-login/**/*.test.ts',
  'src/**/*library.test.ts',
  'src/any-node.test.ts',
  'src/phases/4-auth/{access/roles,access/spelt-below-pages,factors/step-up,sessions/changed-method,sessions/own-calls,sessions/own-calls-redirect}.test.ts',
  'src/phases/4-auth/accounts/for-the-app.test.ts',
  'src/phases/4-auth/sessions/{keys/at-start,tokens/tokens}.test.ts',
  'src/phases/2-hardening/{answers/clean-errors,requests/limit-store}.test.ts',
  'proof/postgres/**/*.test.ts',
  'proof/gate/project.test.ts',
  'proof/checks/2-hardening/{debug-and-ops-closed,security-headers}.test.ts',
  'lab/fuzz/**/*.test.ts',
]

const project = (name: string, test: TestProjectInlineConfiguration['test']) => ({
  extends: true as const,
  test: { name, ...test, exclude: [...left, ...(test?.exclude ?? [])] },
})
const left = ['**/node_modules/**', ...(quick ? ['**/*.long.test.ts'] : []), ...leftOutWithoutGit()]

export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/each-file.ts'],
    // Most of a test's time is spent waiting for a server or for a process that it started.
    maxWorkers: 3,
    // What is built is loaded by Node, as where it is installed.
    server: { deps: { external: [/\/dist\//] } },
    // What was transformed is kept by its content for the next run, among the caches that are no part of the packages.
    experimental: { fsModuleCache: true, fsModuleCachePath: 'node_modules/.vite/tests' },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // What is waited for may take as long as a busy machine needs; by itself it is a second.
    expect: { poll: { timeout: 15_000 } },
    projects:
      // A process of its own for each file spends more time on loading modules than most files spend on their tests.
      [
        project('one process', {
          include: ['{src,reading,proof,cli,lab}/**/*.test.ts'],
          exclude: REPLACING,
          isolate: false,
          setupFiles: ['test/support/each-file.ts', 'test/support/left-as-it-was.ts'],
        }),
        project('own processes', { include: [...REPLACING, 'test/**/*.test.ts'] }),
      ],
  },
})
