import { items } from '../../cli/smoke/items/index.js'
import { runSmoke, type SmokeLine, type SmokeOptions } from '../../cli/smoke/smoke.js'
import type { Target } from '../../proof/gate/gate.js'
import { variableOf } from '../../src/config/settings.js'
import { connect } from '../../src/database/connect.js'
import { createUser } from '../../src/phases/4-auth/registration/create-user.js'
import { createToken } from '../../src/phases/4-auth/sessions/tokens/made-tokens.js'
import { type ComicPile, comicPile, JOURNAL, type StartOptions } from './comic-pile.js'
import { freshDatabase } from './postgres.js'

/** As cheap as bcrypt is made: what a password costs is not what is looked at. */
const CHEAPLY = { PASSWORD_HASH: 'bcrypt', PASSWORD_COST: '4' }
const CHEAP = {
  file: 'dist/src/phases/4-auth/config/variables.js',
  find: 'whole(10, 15)',
  replace: 'whole(4, 15)',
}

/** The real journal on one database, and the checklist against it. */
export interface Smoked {
  url: string
  db: ReturnType<typeof connect>
  journal: ComicPile
  /** of a process of it: what the app is deployed with, and what is said beside it, by names without the prefix */
  environment(env?: Record<string, string>): Record<string, string>
  start(options?: Partial<StartOptions>): Promise<Target>
  smoke(
    target: Pick<Target, 'url'>,
    more?: Partial<SmokeOptions> & { each?: (line: SmokeLine) => void; folder?: string },
  ): Promise<SmokeLine[]>
  stop(): Promise<void>
}

export async function smoked(): Promise<Smoked> {
  const journal = await comicPile(JOURNAL)
  const made = await freshDatabase()
  const { url } = made
  await journal.seed(url)
  await journal.migrate(made, 8)
  const db = connect(url, { system: true, max: 2 })
  // The journal's figures are for operators: what asks for them has an administrator's token.
  const operator = { email: 'operator@example.com', password: 'an operator, for this test', admin: true }
  const admin = await createUser(db, journal.config, operator, { cost: 4 })
  const asks = { name: 'figures', scopes: ['read', 'admin'], days: 1 }
  const { token: METRICS_TOKEN } = await createToken(db, admin, asks)
  let runs = 0
  const { config } = journal
  const { prefix = '' } = config
  const mine = {
    REGISTRATION: 'invite',
    ENABLE_INTERNAL_OPS_ROUTES: 'true',
    METRICS_TOKEN,
    ...CHEAPLY,
    TRUST_PROXY: '1',
  }
  const named = (env: Record<string, string>) =>
    Object.fromEntries(Object.entries(env).map(([name, value]) => [prefix + name, value]))
  const environment = (env: Record<string, string> = {}) => ({
    ...config.app.env,
    ...named({ ...mine, ...env }),
  })
  return {
    url,
    db,
    journal,
    environment,
    start: (options = {}) =>
      journal.start({
        url,
        dial: 8,
        realTime: true,
        ...options,
        env: environment(options.env),
        edits: [CHEAP, ...(options.edits ?? [])],
      }),
    async smoke(target, { each = () => {}, folder = journal.folder, ...more } = {}) {
      // Each run from elsewhere: five registrations a minute are one's own.
      const address = `10.0.0.${++runs}`
      const options: SmokeOptions = {
        url: target.url,
        wait: false,
        rows: [],
        variable: (name) => variableOf(environment(), prefix, name),
        clock: { now: Date.now, sleep: async () => {} },
        headers: () => ({ 'x-forwarded-for': address }),
        signal: new AbortController().signal,
        tell: () => {},
        ...more,
      }
      const { lines } = await runSmoke({ db, config, folder }, options, each)
      return lines
    },
    async stop() {
      await db.destroy()
      await journal.stop()
    },
  }
}

/** The tables of people, and how many rows each has. */
export async function counts({ db }: Smoked): Promise<Record<string, unknown>> {
  const { rows } = await db.raw(`select (select count(*) from users) as users,
    (select count(*) from usertwo.credentials) as credentials, (select count(*) from usertwo.links) as links,
    (select count(*) from usertwo.user_sessions) as logins, (select count(*) from usertwo.outbox) as mails,
    (select count(*) from entries) as entries, (select count(*) from drafts) as drafts`)
  return rows[0]
}
export const verdicts = (lines: SmokeLine[]) =>
  Object.fromEntries(lines.map(({ id, verdict }) => [id, verdict]))
/** All of the list, but what says why it is not tried. */
export const allGo = (without: string[]) =>
  Object.fromEntries(
    [...items.map(({ id }) => id), 'smoke.removed'].map((id) => [
      id,
      without.includes(id) ? 'not exercised' : 'GO',
    ]),
  )

/**
 * A clock that is moved instead of waited for, and the call that passes the new time to a process started
 * with one.
 */
export function clock(address: string) {
  let moved = 0
  const now = () => Date.now() + moved
  return {
    clock: {
      now,
      sleep: async (ms: number) => {
        moved += ms
      },
    },
    headers: () => ({ 'x-gate-clock': String(now()), 'x-forwarded-for': address }),
    wait: true,
  }
}
