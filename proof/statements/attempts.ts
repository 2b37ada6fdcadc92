import type pg from 'pg'
import { isCommand } from '../../reading/schema/statements-in-source.js'
import { q } from '../../src/database/quoted.js'
import { sqlState } from '../../src/database/sql-state.js'
import { replaced } from '../../src/sql/meaning.js'
import { boundValuesOf } from './fillings.js'
import type { AppFunction } from './functions.js'
import type { BodyProbe } from './plpgsql.js'
import { type Samples, sampleOf } from './samples.js'

/** Why a statement failed; null: it did not. */
export type TrialOutcome = { code: string; message: string } | null

/** As whom statements are tried. */
export interface TrialCaller {
  role: string
  /** the app's own login, as which `security definer` functions run */
  login: string
  /** `usertwo.user_id`; null: no usertwo is there to set it */
  user: string | null
}

/** A statement that the recording sent, with its values. */
export interface SentStatement {
  text: string
  values?: readonly unknown[]
}

const NAME = 'usertwo_trial'
const SETTINGS = `set local lc_messages = 'C'; set local statement_timeout = '10s'; set local lock_timeout = '10s';
  set local plan_cache_mode = force_generic_plan; set local client_min_messages = error;
  set local check_function_bodies = on; set local track_functions = 'all'`

/** The ways to try a statement on one database. Nothing of it stays. */
export interface StatementTrials {
  /** whether it can be planned, and what it names may be used; what PostgreSQL does not plan is run, with null as values */
  plan(text: string): Promise<TrialOutcome>
  /** runs it with values of its parameters' types */
  sample(text: string, samples: Samples): Promise<TrialOutcome>
  /** runs one statement of a function's body */
  probe(probe: BodyProbe, from: Pick<AppFunction, 'isDefiner'>): Promise<TrialOutcome>
  /** makes the function again, which reads the whole body if it is in SQL */
  make(from: AppFunction): Promise<TrialOutcome>
  /** runs statements in order, each on what the earlier ones left, and takes all of it back */
  play(sent: readonly SentStatement[]): Promise<Played>
}

export interface Played {
  outcomes: TrialOutcome[]
  /** the functions of the database that were called */
  called: string[]
}

/**
 * Runs `work` in one transaction that is rolled back.
 *
 * @param client a superuser, who may act as both the login and the request role
 */
export async function withAttempts<T>(
  client: pg.Client,
  caller: TrialCaller,
  work: (attempts: StatementTrials) => Promise<T>,
): Promise<T> {
  await client.query(`begin; ${SETTINGS}`)
  try {
    if (caller.user !== null)
      await client.query("select set_config('usertwo.user_id', $1, true)", [caller.user])
    return await work(attemptsOf(client, caller))
  } finally {
    await client.query('rollback')
  }
}

/** Runs steps in a savepoint, and takes them back unless they are to be kept. */
function savepointsOn(client: pg.Client) {
  /** @param keep what it did stays until the end, if it worked */
  return async (steps: () => Promise<unknown>, keep = false): Promise<TrialOutcome> => {
    await client.query('savepoint usertwo_trial')
    let outcome: TrialOutcome = null
    try {
      await steps()
    } catch (error) {
      const code = sqlState(error)
      if (!code) throw error
      outcome = { code, message: (error as Error).message }
    }
    const undo = outcome || !keep ? 'rollback to usertwo_trial; ' : ''
    await client.query(`${undo}release usertwo_trial; set local role none`)
    return outcome
  }
}

function attemptsOf(client: pg.Client, caller: TrialCaller): StatementTrials {
  const tried = savepointsOn(client)
  const as = (role: string) => client.query(`set local role ${q(role)}`)
  const prepared = async (text: string, work: () => Promise<unknown>) =>
    tried(async () => {
      await as(caller.role)
      await client.query(`prepare ${NAME} as ${plain(text)}\n`)
      await work()
    }).finally(() => client.query(`deallocate all`))

  const command = (text: string) =>
    tried(async () => {
      await as(caller.role)
      await client.query(replaced(text, (token) => (token.kind === 'parameter' ? 'null' : token.text)))
    })

  return {
    plan: (text) => {
      if (isCommand(text)) return command(text)
      return prepared(text, () => {
        const values = Array.from({ length: boundValuesOf(text) }, () => 'null').join(', ')
        return client.query(`explain (costs off) execute ${NAME}${values && `(${values})`}`)
      })
    },
    sample: (text, samples) => {
      if (isCommand(text)) return command(text)
      return prepared(text, async () => {
        const { rows } = await client.query<{ types: string[] }>(
          `select parameter_types::text[] as types from pg_prepared_statements where name = '${NAME}'`,
        )
        const values = (rows[0]?.types ?? []).map((type) => sampleOf(type, text, samples)).join(', ')
        return client.query(`execute ${NAME}${values && `(${values})`}`)
      })
    },
    probe: ({ create, call }, { isDefiner }) =>
      tried(async () => {
        await client.query(create)
        await as(isDefiner ? caller.login : caller.role)
        await client.query(call)
      }),
    make: ({ definition }) => tried(() => client.query(definition)),
    play: async (sent) => {
      await client.query('savepoint usertwo_play')
      const outcomes: TrialOutcome[] = []
      for (const { text, values } of sent)
        outcomes.push(
          await tried(async () => {
            await as(caller.role)
            await client.query(text, values as unknown[])
          }, true),
        )
      const { rows } = await client.query<{ name: string }>(
        'select funcid::regprocedure::text as name from pg_stat_xact_user_functions where calls > 0',
      )
      await client.query('rollback to usertwo_play')
      return { outcomes, called: rows.map(({ name }) => name) }
    },
  }
}

/** A statement without the sign that ends it. */
const plain = (text: string) => text.trim().replace(/;\s*$/, '')
