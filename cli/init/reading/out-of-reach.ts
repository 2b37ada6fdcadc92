import type { Source } from '../../../reading/syntax/sources.js'
import { calledMember, isCall, propertiesOf, textOf } from '../../../reading/syntax/syntax.js'
import { children, locate, traverse } from '../../../reading/syntax/tree.js'
import { CannotGoOn } from '../cannot-go-on.js'
import type { DatabaseHandle } from './handle.js'

/** What `scope()` must be given itself, because what mixes users is in it, above pg. */
const GIVEN: Record<string, { what: string; argument: string; run: string | null }> = {
  Prisma: { what: 'the client of Prisma', argument: 'prisma', run: null },
  MikroORM: { what: 'the MikroORM', argument: 'orm', run: 'or use init --run, which changes no file' },
}

/**
 * Refuses a handle that the second entry cannot give to `scope()` before the app starts, and what mixes users with any entry.
 *
 * @throws ConfigError that says what would work
 */
export function refuseOutOfReach(
  { kind, at, exported }: DatabaseHandle,
  sources: readonly Source[],
  { run, inEntry }: { run: boolean; inEntry: boolean },
): void {
  const given = GIVEN[kind]
  if (!given) return
  const { what, argument } = given
  if (run && !given.run)
    throw new CannotGoOn(
      `${at}: ${kind} is given to scope(${argument}), and usertwo run changes no file: leave --run out`,
    )
  const isMikroOrm = kind === 'MikroORM'
  const global = isMikroOrm ? placeOf(sources, /^allowGlobalContext$/) : undefined
  if (global)
    throw new CannotGoOn(
      `${global}: with allowGlobalContext all requests share one entity manager, which gives rows read for one user to every other: take it out, and give each request its own: app.use((req, res, next) => RequestContext.create(orm.em, next))`,
    )
  const cache = isMikroOrm && run ? placeOf(sources, /^(?:cache|resultCache)$/) : undefined
  if (cache)
    throw new CannotGoOn(
      `${cache}: cached results are kept for all users, unless scope(orm) keeps them for each, and usertwo run changes no file: leave --run out, or take the cache out`,
    )
  if (!run && (!exported || inEntry))
    throw new CannotGoOn(
      `${at}: ${what} is given to scope(${argument}) before the app starts: export it from a file of its own${given.run ? `, ${given.run}` : ''}`,
    )
}

/** @throws ConfigError for one connection that all requests share */
export function refuseOneClient({ single, at }: DatabaseHandle, sources: readonly Source[]): void {
  if (!single) return
  const work = isListening(sources)
    ? 'keep it for LISTEN and its notifications alone, and send every other query by a Pool of the same options'
    : 'make it a Pool of the same options, without its connect()'
  throw new CannotGoOn(
    `${at}: one Client serves all requests, and whose query it sends would be said for all of them: ${work}`,
  )
}

/**
 * Refuses a Prisma whose engine sends the queries itself, or that joins the reads of several users. From phase 6 the start would.
 *
 * @throws ConfigError that names the version that can be used
 */
export function refuseOldPrisma({ kind, at }: DatabaseHandle, version: string | null): void {
  if (kind !== 'Prisma' || !version || Number.parseInt(version, 10) >= 7) return
  throw new CannotGoOn(
    `${at}: Prisma ${version} sends its queries by an engine of its own, or joins the reads of several users. usertwo separates users with Prisma 7 and @prisma/adapter-pg alone: npm install @prisma/client@7 @prisma/adapter-pg@7 (docs/how-to/adopt-by-hand.md#prisma-7)`,
  )
}

/** Whether the app waits for notifications, which a Pool does not hand on: `client.on('notification', …)`. */
function isListening(sources: readonly Source[]): boolean {
  let found = false
  for (const { tree } of sources)
    traverse(tree, (node) => {
      const is = isCall(node) && /^(?:on|once|addListener)$/.test(calledMember(node)?.name ?? '')
      if (is && textOf(children(node, 'arguments')[0] ?? null) === 'notification') found = true
    })
  return found
}

/** Where an option of this name is set, to anything but false: `allowGlobalContext: true`. */
function placeOf(sources: readonly Source[], name: RegExp): string | undefined {
  const found: string[] = []
  for (const { file, tree } of sources)
    traverse(tree, (node) => {
      const value = propertiesOf(node).find(({ key }) => name.test(key ?? ''))?.value
      if (value && !(value.type === 'BooleanLiteral' && value.value === false))
        found.push(locate(file, value))
    })
  return found[0]
}
