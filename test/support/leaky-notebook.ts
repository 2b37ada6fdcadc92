import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll } from 'vitest'
import type { Evidence, Finding } from '../../proof/gate/check.js'
import type { Project } from '../../proof/gate/project.js'
import type { Suite } from '../../proof/gate/run/suite.js'
import type { Templates } from '../../proof/gate/templates.js'
import type { Edit } from '../../reading/syntax/edits.js'
import type { Config } from '../../src/config/config.js'
import { built } from './built.js'

const TESTS = fileURLToPath(new URL('..', import.meta.url))

type Look = (
  check: string,
  edits: Edit[],
  routes?: Partial<Config['routes']>,
  sql?: string,
  tables?: Config['tables'],
  env?: Record<string, string>,
  /** more of the app's configuration */
  more?: Partial<Config>,
) => Promise<Finding & { leaked: readonly Evidence[] }>

export interface LeakyNotebook {
  /** what a check finds first in the app with these edits in it, and the secrets its answers held */
  look: Look
  /** all that it finds, as where a gate runs */
  lookAll: Look
}

/**
 * The matrix's notebook by pg, a real app that is GO, into which a test puts one leak at a time.
 * @param app the folder of another such app, below test
 */
export function leakyNotebook(app = 'matrix/apps/pg'): LeakyNotebook {
  const folder = `${TESTS}${app}`
  let openSession: typeof import('../../proof/gate/session.js')['openSession']
  let readHar: typeof import('../../proof/gate/traffic/har.js')['readHar']
  let suites: readonly Suite[]
  let project: Project
  let templates: Templates

  beforeAll(async () => {
    ;({ openSession } = await built<typeof import('../../proof/gate/session.js')>('proof/gate/session.js'))
    ;({ readHar } =
      await built<typeof import('../../proof/gate/traffic/har.js')>('proof/gate/traffic/har.js'))
    ;({ suites } = await built<typeof import('../../proof/gate/run/suites.js')>('proof/gate/run/suites.js'))
    const { loadProject } = await built<typeof import('../../proof/gate/project.js')>('proof/gate/project.js')
    const { openTemplates } =
      await built<typeof import('../../proof/gate/templates.js')>('proof/gate/templates.js')
    project = await loadProject(folder)
    templates = await openTemplates(project)
  }, 300_000)
  afterAll(() => templates?.stop())

  const looking =
    (proving: boolean): Look =>
    async (id, edit, routes = {}, sql, tables = {}, env = {}, more = {}) => {
      const phase = suites.find(({ checks }) => checks.some((one) => one.id === id))!
      const over = new AbortController()
      const session = await openSession({
        project,
        templates,
        phase: phase.number,
        mutant: {
          name: 'the leak',
          names: '',
          by: {
            edit,
            env,
            sql,
            config: (config) => ({
              ...config,
              ...more,
              routes: { ...config.routes, ...routes },
              tables: { ...config.tables, ...tables },
            }),
          },
        },
        signal: over.signal,
        differences: suites
          .filter(({ number }) => number <= phase.number)
          .flatMap((one) => one.differences?.(project.config) ?? []),
        traffic: async () => readHar(`${folder}/usertwo/baseline.har`),
      })
      try {
        const finding = await phase.checks.find((one) => one.id === id)!.run({ ...session, proving })
        return { ...finding, leaked: session.leaked }
      } finally {
        over.abort()
        await session.close()
      }
    }
  return { look: looking(true), lookAll: looking(false) }
}

/** A route of the notebook's own, in front of the others. */
export function withRoute(code: string): Edit[] {
  return [
    {
      file: 'notebook/app.js',
      find: "app.get('/health',",
      replace: `${code}\n  app.get('/health',`,
    },
  ]
}
