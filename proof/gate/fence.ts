import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError } from '../../src/core/config-error.js'
import type { ThrowAwayRedis } from '../redis/throw-away-redis.js'
import { redisInWords, refusalInWords } from './fence/in-words.js'
import { type FenceOrders, type FenceRefusal, REFUSED } from './preload/fence/orders.js'
import type { Project } from './project.js'

/**
 * The app under test reached for a PostgreSQL that is not the gate's. The gate would have changed that
 * database.
 */
export class OtherDatabase extends ConfigError {}

/**
 * Limits the processes of one app under test to the gate's own servers, and knows what they tried to reach.
 */
export interface Fence {
  /** the orders for a process in `folder` that is given the database at `url` */
  orders(folder: string, url: string, reaches?: readonly string[]): FenceOrders
  /** a line for each server that was refused since the last call */
  refused(): string[]
  /** a foreign database that the app has tried to reach; null: none so far */
  foreign(): OtherDatabase | null
  /** @throws OtherDatabase if there is one */
  assert(): void
  /** rejects with that error, soon after */
  crossed: Promise<never>
  remove(): void
}

/** The interval at which refusals are read. Milliseconds. */
const LOOK_MS = 250

/**
 * @param place a folder for the records of the processes
 * @param redis the Redis that the app is given; null: none
 */
export function openFence(
  { folder, config }: Pick<Project, 'folder' | 'config'>,
  place: string,
  redis: Pick<ThrowAwayRedis, 'url'> | null = null,
): Fence {
  const notes = mkdtempSync(join(place, 'fence-'))
  const told = new Set<string>()
  const foreign = () => foreignDatabase({ folder: notes, app: folder })
  let watch: NodeJS.Timeout | undefined
  const crossed = new Promise<never>((_, reject) => {
    watch = setInterval(() => {
      const found = foreign()
      if (!found) return
      clearInterval(watch)
      reject(found)
    }, LOOK_MS).unref()
  })
  crossed.catch(() => {})
  return {
    orders: (app, url, reaches = []) => ({
      open: [url, ...(redis ? [redis.url] : []), ...reaches]
        .filter((one) => URL.canParse(one))
        .map((one) => placeIn(one)),
      users: usersIn([url, ...reaches]),
      named: config.app.allowHosts ?? [],
      folder: notes,
      app,
    }),
    refused() {
      const all = refusals(notes).filter(({ database }) => !database)
      const fresh = [...new Map(all.map((one) => [one.place, one])).values()].filter(
        ({ place }) => !told.has(place),
      )
      for (const { place } of fresh) told.add(place)
      return fresh.map((one) =>
        one.redis
          ? redisInWords(one, folder)
          : `the app reached for ${one.place} and was refused: a gate reaches only what app.allowHosts names`,
      )
    },
    foreign,
    assert: () => {
      const found = foreign()
      if (found) throw found
    },
    crossed,
    remove: () => {
      clearInterval(watch)
      rmSync(notes, { recursive: true, force: true })
    },
  }
}

/**
 * Returns an error that names the forbidden databases the app tried to reach, or null.
 */
export function foreignDatabase(fence?: Pick<FenceOrders, 'folder' | 'app'>): OtherDatabase | null {
  const found = fence ? refusals(fence.folder).filter(({ database }) => database) : []
  if (found.length === 0) return null
  const problems = new Map(
    found.map((refusal) => [`${refusal.place} ${refusal.user ?? ''}`, refusalInWords(refusal, fence!.app)]),
  )
  return new OtherDatabase('The app reached for another database than the gate’s; nothing was sent to it', [
    ...problems.values(),
  ])
}

/** @throws OtherDatabase */
export function assertOwnDatabase(fence?: Pick<FenceOrders, 'folder' | 'app'>): void {
  const foreign = foreignDatabase(fence)
  if (foreign) throw foreign
}

const usersIn = (urls: readonly string[]) =>
  urls.flatMap((one) => {
    const user = URL.canParse(one) ? decodeURIComponent(new URL(one).username) : ''
    return user ? [user] : []
  })

function placeIn(url: string): string {
  const { hostname, port, protocol } = new URL(url)
  return `${hostname}:${port || (/^postgres/.test(protocol) ? 5432 : 80)}`
}

function refusals(folder: string): FenceRefusal[] {
  try {
    // The last line may be incomplete.
    const lines = readFileSync(join(folder, REFUSED), 'utf8').split('\n').slice(0, -1)
    return lines.map((line) => JSON.parse(line) as FenceRefusal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
