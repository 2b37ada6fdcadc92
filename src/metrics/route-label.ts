import type { IncomingMessage } from 'node:http'
import { decoded } from '../core/decoded.js'
import { slot } from '../core/slot.js'
import { type Incoming, targetOf } from '../express/handler.js'
import type { StackLayer } from '../express/inner-app.js'
import { matched } from '../express/matched.js'
import { isAtOrBelow, sentPath } from '../express/path.js'

/** The label of requests that no route of the app or of usertwo matched. */
export const UNMATCHED = 'unmatched'
/** A part of a path without a known declaration. */
const SOMETHING = '/*'

/** A mount that a request has passed: its part of the path, and how the app declares it. */
interface Step {
  sent: string
  label: string
}
/** A router's layer as the router itself calls it: in Express 4 and early 5 it stores what it found. */
interface Asked extends StackLayer {
  params?: Params
  keys?: unknown
}
type Params = Readonly<Record<string, unknown>>

const steps = slot<IncomingMessage, Step[]>()
const routes = slot<IncomingMessage, string>()

/**
 * Records the mount or route of the app that a request has reached. What is a parameter in the path is known
 * only now, and an error handler further up no longer knows the place.
 */
export function notePassed(req: Incoming): void {
  const here = matched(req)
  const sent = req.baseUrl ?? ''
  if (here?.kind === 'route') routes.set(req, mountOf(req, sent) + String(here.layer.route?.path))
  else if (here && sent) {
    const before = (steps.get(req) ?? []).filter((one) => sent.startsWith(`${one.sent}/`))
    const last = before.at(-1)
    const piece = sent.slice(last?.sent.length ?? 0)
    steps.set(req, [...before, { sent, label: `${last?.label ?? ''}${declared(here.layer, piece)}` }])
  }
}

/**
 * Returns the pattern of the route that answers a request, after those of its mounts; never a user's part of the path.
 *
 * @param own usertwo's mounts, nested ones first
 */
export function routeLabel(req: Incoming, own: readonly string[]): string {
  const known = routes.get(req)
  if (known !== undefined) return known
  const path = req.route?.path
  if (path === undefined) return UNMATCHED
  // The routes of an app within the app are not visible, nor are usertwo's.
  const sent = sentPath(targetOf(req))
  const mount = steps.get(req) ? undefined : own.find((one) => isAtOrBelow(sent, one))
  return `${mount ?? mountOf(req, req.baseUrl ?? '')}${String(path)}`
}

function mountOf(req: Incoming, sent: string): string {
  const last = steps.get(req)?.at(-1)
  if (!sent && !last) return ''
  return last?.sent === sent ? last.label : (last?.label ?? '') + SOMETHING
}

/** Returns a piece of a path as declared, as far as that is known; in lower case, because `/API` and `/api` are the same. */
function declared(layer: Asked, piece: string): string {
  const { params, pattern } = asked(layer, piece) ?? { params: {}, pattern: SOMETHING }
  if (pattern !== undefined) return typeof pattern === 'string' ? pattern : SOMETHING
  const names = Object.keys(params)
  if (names.length === 0) return isPattern(layer, piece) ? SOMETHING : piece.toLowerCase()
  const values = new Map(names.map((name) => [String(params[name]), name]))
  const parts = piece.split('/').map((part) => {
    const name = values.get(decoded(part))
    values.delete(decoded(part))
    return name === undefined ? part.toLowerCase() : `:${name}`
  })
  // If a parameter is only part of a segment, or spans several, its text would remain.
  return values.size ? SOMETHING : parts.join('/')
}

/** Returns a layer's result for a path, and restores the layer; null: it does not match. */
function asked(layer: Asked, path: string): { params: Params; pattern?: unknown } | null {
  const before = { path: layer.path, params: layer.params, keys: layer.keys }
  const found = layer.match?.(path)
  const answer = found === true ? { params: { ...layer.params } } : found || null
  // The newest versions store nothing there.
  if (found === true || 'path' in layer) Object.assign(layer, before)
  return answer
}

const letters = (text: string) => text.replace(/[a-z]/gi, (one) => (one === 'x' ? 'y' : 'x'))
const digits = (text: string) => text.replace(/\d/g, (one) => (one === '7' ? '4' : '7'))

/** Whether a mount without parameters is a regular expression, because it matches other words as well. */
function isPattern(layer: Asked, piece: string): boolean {
  const others = [letters(piece), digits(piece), letters(digits(piece))]
  return others.some((other) => other !== piece && asked(layer, other))
}
