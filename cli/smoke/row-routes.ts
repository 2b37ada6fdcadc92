import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { jsonIn } from '../../proof/gate/json.js'
import type { Exchange } from '../../proof/gate/traffic/exchange.js'
import { BASELINE_FILE, readHar } from '../../proof/gate/traffic/har.js'
import type { Config } from '../../src/config/config.js'
import { classifier } from '../../src/phases/2-hardening/routes.js'

const METHODS = ['GET', 'PUT', 'PATCH', 'DELETE'] as const
export type RowMethod = (typeof METHODS)[number]

/** How a user creates a row, and the requests for it under `/path/ID`. */
export interface RowRoute {
  /** exactly as requested: an app may distinguish `/things/` from `/things` */
  path: string
  body: unknown
  of: { method: RowMethod; body: unknown }[]
  /** no recording shows the requests for a row: the app may have no such route */
  guessed: boolean
}

/** The address of one row. */
export const rowPath = ({ path }: RowRoute, id: string) => `${bare(path)}/${encodeURIComponent(id)}`

const GIVEN = /^POST (\/\S*) (\{.*\})$/s

/** Parses `POST /api/notes {"text":"…"}`; null: malformed. */
export function givenRow(text: string): { path: string; body: unknown } | null {
  const [, path, body] = GIVEN.exec(text) ?? []
  const read = body === undefined ? undefined : jsonIn(body)
  return path !== undefined && read !== undefined ? { path, body: read } : null
}

/** The routes by which people make rows: those that were named, else those of the committed baseline. */
export function rowRoutes(folder: string, config: Config, given: readonly string[]): RowRoute[] {
  const exchanges = recorded(folder)
  const { classify } = classifier(config)
  const isOpen = ({ path }: { path: string }) => classify('POST', path) === 'open'
  const made = given.length ? given.flatMap((text) => givenRow(text) ?? []) : madeIn(exchanges).filter(isOpen)
  return made.map(({ path, body }) => {
    const of = METHODS.flatMap((method) => {
      const found = exchanges.find((one) => one.method === method && isOf(one, bare(path)))
      if (!found) return []
      const sent =
        method === 'PUT' || method === 'PATCH' ? (jsonIn(found.request.body ?? '') ?? body) : undefined
      return [{ method, body: sent }]
    })
    // Without a recording, the usual methods are tried.
    const usual = (['GET', 'PUT', 'DELETE'] as const).map((method) => ({
      method,
      body: method === 'PUT' ? body : undefined,
    }))
    return { path, body, of: of.length ? of : usual, guessed: of.length === 0 }
  })
}

/** Each address once: JSON in, JSON with an id out, and under it something that is read, changed or removed. */
function madeIn(exchanges: readonly Exchange[]): { path: string; body: unknown }[] {
  const found = new Map<string, { path: string; body: unknown }>()
  for (const { method, route, path: sent, request, response } of exchanges) {
    const path = sent.split('?', 1)[0]!
    const at = bare(path)
    const body = jsonIn(request.body ?? '')
    const isMade = method === 'POST' && route !== null && !route.includes(':') && response.status < 300
    if (!isMade || found.has(at) || !isObject(body) || !/json/.test(request.contentType ?? '')) continue
    if (idIn(jsonIn(response.body)) !== null && exchanges.some((one) => isOf(one, at)))
      found.set(at, { path, body })
  }
  return [...found.values()]
}

/** Whether an exchange is about one row below that address. */
const isOf = ({ route, method, response }: Exchange, path: string) =>
  (METHODS as readonly string[]).includes(method) &&
  response.status < 300 &&
  route !== null &&
  new RegExp(`^\\w+ ${path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}/:\\w+/?$`).test(route)

/** The id of a row as an answer names it; null: it names none. */
export function idIn(json: unknown): string | null {
  const { id } = (isObject(json) ? json : {}) as { id?: unknown }
  return typeof id === 'string' || typeof id === 'number' ? String(id) : null
}

function recorded(folder: string): Exchange[] {
  const file = join(folder, BASELINE_FILE)
  return existsSync(file) ? readHar(file) : []
}

const bare = (path: string) => (path.length > 1 ? path.replace(/\/$/, '') : path)
const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
