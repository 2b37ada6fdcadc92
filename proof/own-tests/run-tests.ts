import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { withClient } from '../../src/database/with-client.js'
import { underLayers } from '../../src/run/order.js'
import { atExit } from '../at-exit.js'
import { appEnvironment } from '../gate/app/app-environment.js'
import { appHeaders } from '../gate/app/app-headers.js'
import { probeOf } from '../gate/app/coming-up.js'
import { surroundings } from '../gate/app/surroundings.js'
import { resolveCommand, startTarget } from '../gate/app/target.js'
import { assertOwnDatabase, openFence } from '../gate/fence.js'
import proxyAddresses from '../gate/mutants/proxy-addresses.js'
import type { Orders } from '../gate/preload/orders.js'
import type { HeardTraffic } from '../gate/preload/traffic.js'
import type { Project } from '../gate/project.js'
import type { Templates } from '../gate/templates.js'
import type { Clone } from '../postgres/throw-away.js'
import { redisFor } from '../redis/throw-away-redis.js'
import aliveLogins from './replaced/alive-logins.js'
import binding from './replaced/binding.js'
import context from './replaced/context.js'
import identify from './replaced/identify.js'
import layers from './replaced/layers.js'
import { OWNER } from './replaced/owner.js'

/** The command of an app's own tests, and how to run it. */
export interface TestOrder {
  project: Project
  templates: Templates
  command: readonly string[]
  /** 0: without the layers */
  dial: number
  /** also starts the app as gates do, and sets BASE_URL to it, for tests that need a running server */
  serve: boolean
  /** routes that answer 404 in place of the app; default: none */
  withhold?: readonly string[]
  /** called with what the command prints, as it prints it */
  print(chunk: string): void
}

export interface TestRun {
  code: number
  output: string
  /** requests to servers during the run, in the order of the answers */
  heard: HeardTraffic[]
}

/**
 * The modules that the tests' copy of usertwo replaces. A deployed app has none of them, and no setting
 * enables them.
 */
const IN_TESTS = [
  context.asTests,
  aliveLogins.withOwner,
  binding.asLogin,
  identify.asOwner,
  layers.marking,
  proxyAddresses.ofGate,
]

/**
 * Runs an app's own tests on a copy of its database, at a dial, signed in as the owner.
 *
 * @throws OtherDatabase if they reach for another PostgreSQL, whatever the result of the tests
 */
export async function runTests(order: TestOrder): Promise<TestRun> {
  const { project, templates, dial } = order
  const { folder, config } = project
  const clone = await templates.clone(dial)
  if (dial > 0) await letTestsSeeAll(clone)
  const redis = await redisFor(config)
  const place = mkdtempSync(join(templates.server.folder, 'tests-'))
  const traffic = join(place, 'traffic')
  const fence = openFence(project, templates.server.folder, redis)
  const orders = (url: string[] = []): Orders => ({
    edits: [],
    ...(dial > 0 && { replace: IN_TESTS, early: true }),
    traffic,
    ...(order.withhold && { withhold: order.withhold }),
    fence: fence.orders(folder, clone.url, url),
  })
  const env = {
    ...appEnvironment(config, clone.url, redis?.url),
    ENVIRONMENT: 'development',
    LOG_LEVEL: 'error',
    ...(dial > 0 && {
      JWT_SECRET: randomBytes(32).toString('hex'),
      [OWNER]: JSON.stringify(config.owner.id),
    }),
    USERTWO_PHASE: String(dial),
  }
  const { start, bare, health } = config.app
  const started = order.serve
    ? startTarget({
        headers: appHeaders(config),
        command: dial > 0 ? start : (bare ?? start),
        cwd: folder,
        env,
        orders: orders(),
        health: probeOf(health, dial === 0),
      })
    : null
  try {
    const url = (await started)?.url
    const ended = await runCommand(order, { ...env, ...(url && { BASE_URL: url }) }, orders(url ? [url] : []))
    fence.assert()
    return { ...ended, heard: readHeard(traffic).filter(({ path }) => !url || path !== health) }
  } finally {
    await (await started?.catch(() => null))?.stop()
    await clone.drop()
    await redis?.stop()
    fence.remove()
    rmSync(place, { recursive: true, force: true })
  }
}

async function runCommand(
  { project, command, dial, print }: TestOrder,
  env: Record<string, string>,
  orders: Orders,
): Promise<Omit<TestRun, 'heard'>> {
  const around = surroundings(project.folder, env, orders)
  try {
    const [program, args] = resolveCommand([...command])
    const child = spawn(program, args, {
      cwd: project.folder,
      env: dial > 0 ? underLayers(around.env, project.folder) : around.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const forget = atExit(() => child.kill('SIGTERM'))
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk
        print(chunk)
      })
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
    forget()
    assertOwnDatabase(orders.fence)
    return { code: code ?? 128 + constants.signals[signal!], output }
  } finally {
    around.release()
  }
}

function readHeard(file: string): HeardTraffic[] {
  try {
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean)
    return lines.map((line) => JSON.parse(line) as HeardTraffic)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/**
 * A policy in the copy that shows all rows of its tables to the login itself, with which tests look at rows:
 * before there was a second user it saw everything. Requests run in another role, to which this policy does
 * not apply.
 */
const SEES_ALL = `do $$ declare one record; login text := pg_catalog.pg_get_userbyid(
    (select datdba from pg_catalog.pg_database where datname = current_database()));
begin
  for one in select c.oid::regclass as place from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and c.relrowsecurity and n.nspname <> 'usertwo'
  loop
    execute format('create policy own_tests on %s for all to %I using (current_user = %L) with check (current_user = %L)',
      one.place, login, login, login);
  end loop;
end $$`

/** @param clone a copy of a database that a gate has prepared */
async function letTestsSeeAll({ adminUrl }: Clone): Promise<void> {
  await withClient(adminUrl, 'tests', (client) => client.query(SEES_ALL))
}
