import type { TestProject } from 'vitest/node'
import { type ThrowAwayServer, throwAwayServer } from '../../proof/postgres/throw-away.js'
import { build } from './built.js'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The superuser's URL of the server of this test run. */
    postgres: string
  }
}

/** Each project of the run loads this file for itself. */
const ONE = Symbol.for('usertwo.server-of-the-tests')
const run = globalThis as { [ONE]?: Promise<ThrowAwayServer> }

/** One PostgreSQL for a whole run; each test file makes databases of its own on it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  run[ONE] ??= throwAwayServer()
  const [server] = await Promise.all([run[ONE], build()])
  project.provide('postgres', server.adminUrl)
  return server.stop
}
