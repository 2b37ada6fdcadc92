import { createHash, timingSafeEqual } from 'node:crypto'
import type { Settings } from '../config/settings.js'
import { headerOf, type Incoming } from '../express/handler.js'

const LOOPBACK = /^(?:::1|(?:::ffff:)?127\.\d+\.\d+\.\d+)$/
const LOCAL_NAME = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/i
/** Headers of proxies: a request with one did not originate on this machine, even if its socket does. */
const FORWARDED = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip']

const digest = (text: string) => createHash('sha256').update(text).digest()

/**
 * Whether a request may read the figures: with METRICS_TOKEN if it sends the token as Authorization: Bearer,
 * otherwise if it comes from this machine, under a name of this machine.
 */
export function readers({ METRICS_TOKEN }: Pick<Settings, 'METRICS_TOKEN'>): (req: Incoming) => boolean {
  const expected = METRICS_TOKEN ? digest(METRICS_TOKEN) : null
  if (!expected) return isLocal
  return (req) => {
    const [, given] = /^Bearer +(\S+)$/i.exec(req.headers.authorization ?? '') ?? []
    return given !== undefined && timingSafeEqual(digest(given), expected)
  }
}

/** The socket's own address, because headers about it can be forged. */
function isLocal(req: Incoming): boolean {
  return (
    LOOPBACK.test(req.socket.remoteAddress ?? '') &&
    LOCAL_NAME.test(req.headers.host ?? '') &&
    FORWARDED.every((name) => headerOf(req, name) === undefined)
  )
}
