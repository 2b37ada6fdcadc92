import type { TestProject } from 'vitest/node'
import { throwAwayServer } from '../../proof/postgres/throw-away.js'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The superuser's URL of the server of this test run. */
    postgres: string
  }
}

/** One PostgreSQL for a whole run; each test file makes databases of its own on it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await throwAwayServer()
  project.provide('postgres', server.adminUrl)
  return server.stop
}
