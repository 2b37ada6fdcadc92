import { connect } from '../../src/database/connect.js'
import type { Target } from '../../src/tools/gate/gate.js'
import { type Line, runSmoke, type SmokeOptions } from '../../src/tools/smoke/smoke.js'
import { type ComicPile, comicPile, JOURNAL, type StartOptions } from './comic-pile.js'
import { freshDatabase } from './postgres.js'

export const METRICS_TOKEN = 'b5Rk2mXq9TzLw7VcHs4NdJ8pYfGuEa13'
/** As cheap as bcrypt is made: what a password costs is not what is looked at. */
const CHEAP = { file: 'dist/core/auth-variables.js', find: 'whole(10, 15)', replace: 'whole(4, 15)' }

/** The real journal on one database, and the checklist against it. */
export interface Smoked {
  url: string
  db: ReturnType<typeof connect>
  journal: ComicPile
  start(options?: Partial<StartOptions>): Promise<Target>
  smoke(target: Target, more?: Partial<SmokeOptions>): Promise<Line[]>
  stop(): Promise<void>
}

export async function smoked(): Promise<Smoked> {
  const journal = await comicPile(JOURNAL)
  const made = await freshDatabase()
  const { url } = made
  await journal.seed(url)
  await journal.migrate(made, 8)
  const db = connect(url, { system: true, max: 2 })
  let runs = 0
  const env = { REGISTRATION: 'invite', METRICS: 'true', METRICS_TOKEN, PASSWORD_COST: '4', TRUST_PROXY: '1' }
  return {
    url,
    db,
    journal,
    start: (options = {}) =>
      journal.start({
        url,
        dial: 8,
        realTime: true,
        ...options,
        env: { ...env, ...options.env },
        edits: [CHEAP, ...(options.edits ?? [])],
      }),
    async smoke(target, more = {}) {
      const { folder, config } = journal
      // Each run from elsewhere: five registrations a minute are one's own.
      const address = `10.0.0.${++runs}`
      const options: SmokeOptions = {
        url: target.url,
        wait: false,
        rows: [],
        variable: (name) => ({ METRICS_TOKEN })[name],
        clock: { now: Date.now, sleep: async () => {} },
        headers: () => ({ 'x-forwarded-for': address }),
        signal: new AbortController().signal,
        tell: () => {},
        ...more,
      }
      return runSmoke({ db, config, folder }, options, () => {})
    },
    async stop() {
      await db.destroy()
      await journal.stop()
    },
  }
}
