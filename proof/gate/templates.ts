import { withClient } from '../../src/database/with-client.js'
import { migrateTo } from '../../src/migrate.js'
import { type Clone, type Template, type ThrowAwayServer, throwAwayServer } from '../postgres/throw-away.js'
import { redisProgram } from '../redis/redis-program.js'
import { redisFor, usesRedis } from '../redis/throw-away-redis.js'
import { appEnvironment } from './app/app-environment.js'
import { type Scratch, scratchOf } from './app/scratch.js'
import { assertPlain } from './dump/format.js'
import { loadDump } from './dump/load.js'
import { type Fence, openFence } from './fence.js'
import type { Project } from './project.js'
import { runCommand } from './run/command.js'

/**
 * The moment at which the app's clock starts for comparable answers. Seeds and traffic share it. Milliseconds
 * since 1970.
 */
export const EPOCH = Date.UTC(2026, 0, 15, 12)

/**
 * Rewrites the rows of each table of the app in reverse order, so that a query without an order returns them
 * in another one.
 */
const TURNED = `do $$ declare one record;
begin
  perform set_config('session_replication_role', 'replica', true);
  for one in select c.oid::regclass as place, string_agg(quote_ident(a.attname), ', ' order by a.attnum) as names
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
    where c.relkind = 'r' and n.nspname not in ('information_schema', 'usertwo') and n.nspname not like 'pg\\_%'
      and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    group by c.oid
  loop
    execute format('create temp table usertwo_turned on commit drop as select * from only %s order by ctid desc', one.place);
    execute format('delete from only %s', one.place);
    execute format('insert into %s (%s) overriding system value select %s from usertwo_turned', one.place, one.names, one.names);
    drop table usertwo_turned;
  end loop;
end $$`

/**
 * Databases for a gate run: built once by the app's own migrations and seed, or from a dump, brought to each
 * phase once, and copied for each check.
 */
export interface Templates {
  server: ThrowAwayServer
  clone(phase: number): Promise<Clone>
  /** a copy of the app's folder, including the files that its migrations and seed have written */
  scratch(): Promise<Scratch>
  /** a database at phase 0, seeded once more, with the same rows in another physical order */
  seededAgain(): Promise<Clone>
  /** a line for each server that the app's migrations and seed were refused, since the last call */
  refused(): string[]
  stop(): Promise<void>
}

export interface TemplateOptions {
  /** a plain-SQL dump to load in place of the app's migrations and seed */
  dump?: string
  /** stops the app's migrations and its seed */
  signal?: AbortSignal
  /** changes the seeded database before it is copied */
  adjust?(adminUrl: string): Promise<void>
}

/** Starts a throw-away server. Nothing that is configured for deployment is touched. */
export async function openTemplates(
  project: Project,
  { dump, signal, adjust }: TemplateOptions = {},
): Promise<Templates> {
  const { folder, config } = project
  if (dump) await assertPlain(dump)
  const commands = [config.app.migrate, config.app.seed].filter((command) => command !== undefined)
  // Said once, before anything runs.
  if (usesRedis(config)) redisProgram()
  const server = await throwAwayServer()
  const fence = openFence(project, server.folder)
  let seeded: Scratch | undefined
  const made = new Map<number, Promise<Template>>()
  const build = (phase: number): Promise<Template> => {
    const known = made.get(phase)
    if (known) return known
    const template = phase === 0 ? bare() : at(phase)
    made.set(phase, template)
    return template
  }
  const bare = () =>
    server.template('gate', async ({ url, adminUrl }) => {
      if (dump) return loadDump(dump, { url, adminUrl })
      if (commands.length === 0) return
      seeded = await scratchOf(folder, server.folder)
      await prepare(project, commands, { url, scratch: seeded, fence, signal })
      await adjust?.(adminUrl)
    })
  const at = async (phase: number) => {
    const clone = await server.clone(await build(0))
    // The state after the rollout: the second user is safe only once no unique constraint ignores the owner
    // column. An administrator may not have closed large objects, so the checks run with them open.
    await migrateTo(clone, config, phase, { contract: true, leaveLargeObjects: true })
    return server.freeze(clone)
  }
  // A dump that cannot be loaded ends the run once, instead of failing every check.
  if (dump) await build(0).catch((error: unknown) => server.stop().then(() => Promise.reject(error)))
  return {
    server,
    clone: async (phase) => server.clone(await build(phase < 3 ? 0 : phase < 6 ? 3 : 6)),
    scratch: async () => {
      await build(0)
      const copy = await scratchOf(folder, server.folder, seeded?.folder)
      return { ...copy, missing: [...(seeded?.missing ?? []), ...copy.missing] }
    },
    seededAgain: async () => {
      const clone = await server.clone(await bare())
      await withClient(clone.adminUrl, 'gate', (client) => client.query(TURNED))
      return clone
    },
    refused: fence.refused,
    stop: async () => {
      fence.remove()
      await server.stop()
    },
  }
}

/** Databases of one check besides its own, removed together. */
export interface Copies {
  /** a copy at a phase */
  at(phase: number): Promise<Clone>
  /** a copy as the app's own migrations and seed have left it, with the SQL of the mutant */
  unmigrated(): Promise<Clone>
  drop(): Promise<void>
}

export function openCopies(templates: Pick<Templates, 'clone'>, sql?: string): Copies {
  const copies: Clone[] = []
  const at = async (phase: number) => {
    const copy = await templates.clone(phase)
    copies.push(copy)
    return copy
  }
  return {
    at,
    unmigrated: async () => {
      const copy = await at(0)
      if (sql) await withClient(copy.adminUrl, 'gate', (client) => client.query(sql))
      return copy
    },
    drop: async () => {
      for (const copy of copies) await copy.drop()
    },
  }
}

/** Runs the app's migrations and its seed, with a Redis of their own if the app is given one. */
async function prepare(
  { config }: Project,
  commands: readonly string[][],
  { url, scratch, fence, signal }: { url: string; scratch: Scratch; fence: Fence; signal?: AbortSignal },
): Promise<void> {
  const redis = await redisFor(config)
  const reaches = redis ? [redis.url] : []
  const orders = { edits: [], epoch: EPOCH, still: true, fence: fence.orders(scratch.folder, url, reaches) }
  const env = { ...appEnvironment(config, url, redis?.url), ENVIRONMENT: 'development' }
  try {
    for (const command of commands)
      await runCommand(scratch.led(command), scratch.folder, scratch.led(env), orders, signal)
  } finally {
    await redis?.stop()
  }
}
