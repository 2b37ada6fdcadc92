import { READY } from '../../../src/ready.js'
import { PROBE_HEADER, SIGNATURE_HEADER } from '../preload/orders.js'
import { lastLines } from '../run/last-lines.js'
import { ask } from './http.js'

/** An app that has been started and does not serve yet. */
export interface Coming {
  /** that it was given */
  port: number
  /** null: it serves once its server takes requests */
  health: string | null
  /** on every answer of a process that the preload has reached */
  signature: string
  /** variables it was given, whose secrets are not repeated */
  env: Record<string, string>
  /** ports on which its processes listen */
  listening(): readonly number[]
}

/** What stands between an app and being served. */
export interface Obstacle {
  /** in words; empty: nothing is seen of it yet */
  what: string
  /** waiting does not help: no slow start looks like this */
  lasts: boolean
}

/**
 * The path that a start asks until the app serves. `/ready` is answered by usertwo, not by the app: without usertwo in
 * front, a route such as `/:id` would take it for a key, and may fail or end the process.
 * @param bare nothing of usertwo answers: the app as it was, or dial 0
 * @returns null where the preload is to answer in place of the app
 */
export function probeOf(health: string, bare: boolean): string | null {
  return bare && health === READY ? null : health
}

/** Asks for the app's health once. @returns null when it serves */
export async function obstacleTo(app: Coming): Promise<Obstacle | null> {
  const here = await look(app, app.port)
  if (here && !here.own)
    return { what: 'a process answers there that the gate’s preload did not reach', lasts: false }
  if (here && here.status < 500) return null
  // 503 is the word for what is not ready yet (RFC 9110, 15.6.4).
  if (here)
    return { what: `it answers ${here.status}${words(here.body, app.env)}`, lasts: here.status !== 503 }
  const others = app.listening().filter((port) => port !== app.port)
  if (!others.length) return { what: '', lasts: false }
  const there = await Promise.all(others.map((port) => look(app, port)))
  return {
    what: `it listens on ${others.join(' and ')}, and ${isNotPort(app.port)}`,
    // An app may open a port for its metrics before the one for people.
    lasts: there.some((answer) => answer?.own && answer.status >= 200 && answer.status < 300),
  }
}

/** Where the app has a port of its own choice. */
export function isNotPort(given: number): string {
  return `it was given ${given} as PORT: let it listen on process.env.PORT`
}

interface Look {
  status: number
  body: string
  own: boolean
}

async function look({ health, signature }: Coming, port: number): Promise<Look | null> {
  try {
    const headers: Record<string, string> = health === null ? { [PROBE_HEADER]: signature } : {}
    const asked = await ask(`http://127.0.0.1:${port}`, 'GET', health ?? '/', { headers, timeout: 2_000 })
    return { ...asked, own: asked.headers[SIGNATURE_HEADER] === signature }
  } catch {
    return null
  }
}

/** The app's own words in the body of an error, without tags and secrets. */
function words(body: string, env: Record<string, string>): string {
  const text = lastLines(body.replace(/<[^>]*>/g, ' '), env)
    .replace(/\s+/g, ' ')
    .trim()
  return text ? `: ${text.slice(0, 200)}` : ''
}
