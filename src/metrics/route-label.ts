import type { IncomingMessage } from 'node:http'
import { decoded } from '../core/decoded.js'
import { slot } from '../core/slot.js'
import { type Incoming, targetOf } from '../express/handler.js'
import type { StackLayer } from '../express/inner-app.js'
import { matched } from '../express/matched.js'
import { isAtOrBelow, sentPath } from '../express/path.js'

/** Whatever no route of the app or of ours has matched. */
export const UNMATCHED = 'unmatched'
/** A part of a path of which no declaration is known. */
const SOMETHING = '/*'

/** A mount a request has come through: what it has of its path, and how the app declares that. */
interface Step {
  sent: string
  label: string
}
/** A layer of a router as the router itself asks it: of Express 4 and early 5 it remembers what it found. */
interface Asked extends StackLayer {
  params?: Params
  keys?: unknown
}
type Params = Readonly<Record<string, unknown>>

const steps = slot<IncomingMessage, Step[]>()
const routes = slot<IncomingMessage, string>()

/**
 * Notes the mount or route of the app a request has come to: what of the path is a parameter there is known only now, and
 * an error handler further up no longer knows where it was.
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
 * The pattern of the route that answers a request, behind those of its mounts; never a word of the path that is somebody's.
 *
 * @param own mounts of the toolkit, those within others first
 */
export function routeLabel(req: Incoming, own: readonly string[]): string {
  const known = routes.get(req)
  if (known !== undefined) return known
  const path = req.route?.path
  if (path === undefined) return UNMATCHED
  // Of an app within the app the routes are not seen, nor are ours.
  const sent = sentPath(targetOf(req))
  const mount = steps.get(req) ? undefined : own.find((one) => isAtOrBelow(sent, one))
  return `${mount ?? mountOf(req, req.baseUrl ?? '')}${String(path)}`
}

function mountOf(req: Incoming, sent: string): string {
  const last = steps.get(req)?.at(-1)
  if (!sent && !last) return ''
  return last?.sent === sent ? last.label : (last?.label ?? '') + SOMETHING
}

/** A piece of a path as it is declared, or as far as that is known: words small, as `/API` and `/api` are one. */
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
  // A parameter that is but a part of a segment, or several: its text would be left.
  return values.size ? SOMETHING : parts.join('/')
}

/** What a layer says of a path, and nothing of it left behind; null: it does not match. */
function asked(layer: Asked, path: string): { params: Params; pattern?: unknown } | null {
  const before = { path: layer.path, params: layer.params, keys: layer.keys }
  const found = layer.match?.(path)
  const answer = found === true ? { params: { ...layer.params } } : found || null
  // The newest keep nothing there.
  if (found === true || 'path' in layer) Object.assign(layer, before)
  return answer
}

const letters = (text: string) => text.replace(/[a-z]/gi, (one) => (one === 'x' ? 'y' : 'x'))
const digits = (text: string) => text.replace(/\d/g, (one) => (one === '7' ? '4' : '7'))

/** Whether a mount without parameters is a regular expression: then it matches other words as well. */
function isPattern(layer: Asked, piece: string): boolean {
  const others = [letters(piece), digits(piece), letters(digits(piece))]
  return others.some((other) => other !== piece && asked(layer, other))
}
