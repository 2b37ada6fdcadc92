import knex, { type Knex } from 'knex'
import { scopeKnex } from '../scope-knex.js'
import { type Comparison, compareRead, compareWrite, type Pair } from './compare.js'
import { Random } from './random.js'
import { fill, fuzzPolicy, USERS } from './schema.js'

export interface FuzzOptions {
  /** An empty database, with a login that may create schemas; row-level security plays no part. */
  url: string
  reads: number
  writes: number
  seed: number
  /** The layer under test. Default: the one of this room. */
  scope?: typeof scopeKnex
  /** Another knex to test with. Default: the installed one. */
  knex?: typeof knex
  /** Ends after so many differences. Default: never. */
  enough?: number
}

export interface FuzzOutcome {
  compared: number
  differences: string[]
  /** Answers of the unscoped side that had something in them. */
  nonEmpty: number
  /** Refused by PostgreSQL or knex, alike on both sides. */
  failed: number
}

const AT_ONCE = 6

/**
 * Random queries behind the layer, on a database of three users, against the same queries without it on a
 * database that holds one's own rows only. Reads run for several users at once on a pool of two.
 */
export async function fuzz(options: FuzzOptions): Promise<FuzzOutcome> {
  const outcome: FuzzOutcome = { compared: 0, differences: [], nonEmpty: 0, failed: 0 }
  const { pairs, close } = await open(options)
  const isEnough = () => outcome.differences.length >= (options.enough ?? Number.POSITIVE_INFINITY)
  const random = new Random(options.seed)
  try {
    for (let done = 0; done < options.reads && !isEnough(); done += AT_ONCE) {
      const batch = Array.from({ length: Math.min(AT_ONCE, options.reads - done) }, (_, i) => {
        return compareRead(pairs[(done + i) % pairs.length]!, random.fork())
      })
      for (const comparison of await Promise.all(batch)) count(outcome, comparison)
    }
    for (let done = 0; done < options.writes && !isEnough(); done++) {
      count(outcome, await compareWrite(pairs[done % pairs.length]!, random.fork()))
    }
    return outcome
  } finally {
    await close()
  }
}

function count(outcome: FuzzOutcome, { difference, empty, failed }: Comparison): void {
  outcome.compared++
  if (difference !== null) outcome.differences.push(difference)
  if (failed) outcome.failed++
  else if (!empty) outcome.nonEmpty++
}

async function open({ url, scope = scopeKnex, knex: make = knex }: FuzzOptions) {
  const connect = (schema: string): Knex =>
    make({ client: 'pg', connection: url, searchPath: [schema], pool: { min: 0, max: 2 } })
  const setup = connect('public')
  try {
    const schemas: string[] = await setup('pg_namespace').where({ nspname: 'everyone' }).pluck('nspname')
    if (schemas.length === 0) await fill(setup)
  } finally {
    await setup.destroy()
  }
  const policy = fuzzPolicy()
  const handles: Knex[] = []
  const opened = (schema: string) => {
    const db = connect(schema)
    handles.push(db)
    return schema === 'everyone' ? scope(db, () => policy) : db
  }
  const scoped = opened('everyone')
  const streamed = opened('everyone')
  const pairs: Pair[] = USERS.map((user) => {
    const streams = { scoped: streamed, own: opened(`only_${user}`) }
    return { user, scoped, own: opened(`only_${user}`), streams }
  })
  const close = async () => {
    await Promise.all(handles.map((db) => db.destroy()))
  }
  return { pairs, close }
}

/** The last line of a run. */
export function summary({ compared, differences }: FuzzOutcome): string {
  return `${compared} compared, ${differences.length} differ`
}
