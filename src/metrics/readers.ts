import { createHash, timingSafeEqual } from 'node:crypto'
import type { Settings } from '../config/settings.js'
import { headerOf, type Incoming } from '../express/handler.js'

const LOOPBACK = /^(?:::1|(?:::ffff:)?127\.\d+\.\d+\.\d+)$/
const LOCAL_NAME = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/i
/** What proxies write: a request that has one did not begin on this machine, wherever its socket does. */
const FORWARDED = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip']

const digest = (text: string) => createHash('sha256').update(text).digest()

/**
 * Whether a request may read the figures: with METRICS_TOKEN who sends it as Authorization: Bearer, without it who is on
 * this machine and asks it by a name of its own.
 */
export function readers({ METRICS_TOKEN }: Pick<Settings, 'METRICS_TOKEN'>): (req: Incoming) => boolean {
  const expected = METRICS_TOKEN ? digest(METRICS_TOKEN) : null
  if (!expected) return isLocal
  return (req) => {
    const [, given] = /^Bearer +(\S+)$/i.exec(req.headers.authorization ?? '') ?? []
    return given !== undefined && timingSafeEqual(digest(given), expected)
  }
}

/** The socket's own address: what a header says of it is anybody's to write. */
function isLocal(req: Incoming): boolean {
  return (
    LOOPBACK.test(req.socket.remoteAddress ?? '') &&
    LOCAL_NAME.test(req.headers.host ?? '') &&
    FORWARDED.every((name) => headerOf(req, name) === undefined)
  )
}
