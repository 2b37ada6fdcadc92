import { READY } from '../../../src/ready.js'
import { PROBE_HEADER, SIGNATURE_HEADER } from '../preload/orders.js'
import { lastLines } from '../run/last-lines.js'
import { ask } from './http.js'

/** An app that was started and does not serve yet. */
export interface Coming {
  /** the port that it was given */
  port: number
  /** null: it serves as soon as its server accepts requests */
  health: string | null
  /** a header on every answer of a process that the preload runs in */
  signature: string
  /** the variables it was given; their secrets are never printed */
  env: Record<string, string>
  /** ports on which its processes listen */
  listening(): readonly number[]
  /** resolves when one of them begins to listen */
  heard(): Promise<void>
}

/** The reason for which an app does not serve yet. */
export interface Obstacle {
  /** in words; empty: nothing has been seen of the app yet */
  what: string
  /** waiting does not help, because no slow start looks like this */
  lasts: boolean
}

/**
 * Returns the path that a start requests until the app serves. `/ready` is answered by usertwo, not by the
 * app: without usertwo in front, a route such as `/:id` would take it for a key, and may fail or end the
 * process.
 *
 * @param bare usertwo answers nothing: the app as it was, or dial 0
 * @returns null if the preload is to answer in place of the app
 */
export function probeOf(health: string, bare: boolean): string | null {
  return bare && health === READY ? null : health
}

/** Requests the app's health once. @returns null if the app serves */
export async function obstacleTo(app: Coming): Promise<Obstacle | null> {
  const here = await look(app, app.port)
  if (here && !here.own)
    return { what: 'a process answers there that the gate’s preload did not reach', lasts: false }
  if (here && here.status < 500) return null
  // An app that is not ready yet answers 503 (RFC 9110, 15.6.4).
  if (here)
    return { what: `it answers ${here.status}${words(here.body, app.env)}`, lasts: here.status !== 503 }
  const others = app.listening().filter((port) => port !== app.port)
  if (!others.length) return { what: '', lasts: false }
  const there = await Promise.all(others.map((port) => look(app, port)))
  return {
    what: `it listens on ${others.join(' and ')}, and ${isNotPort(app.port)}`,
    // An app may open a port for its metrics before the one for its users.
    lasts: there.some((answer) => answer?.own && answer.status >= 200 && answer.status < 300),
  }
}

/** Says that the app listens on a port of its own choice. */
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

/** Returns the app's own words in the body of an error, without tags and secrets. */
function words(body: string, env: Record<string, string>): string {
  const text = lastLines(body.replace(/<[^>]*>/g, ' '), env)
    .replace(/\s+/g, ' ')
    .trim()
  return text ? `: ${text.slice(0, 200)}` : ''
}

/** As Node writes it, and as the wrapped app does. */
const IN_USE = /EADDRINUSE(?:.*:(\d+))?|port (\d+) is in use/

/**
 * Returns the port that an app reports as in use; if it names none, the one it was given; null if it reports
 * no such error.
 */
export function portInUse(output: string, given: number): number | null {
  const found = IN_USE.exec(output)
  return found && Number(found[1] ?? found[2] ?? given)
}
