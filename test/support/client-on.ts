import { type Client, type ClientOptions, createClient } from '../../src/client/index.js'
import type { Browser, Tab } from './tab.js'

export interface Opened extends Client {
  tab: Tab
  /** messages to the user, as text */
  told: string[]
}

/** Clients of a test, in tabs of a browser. */
export function clients() {
  const open: Client[] = []
  return {
    openIn(browser: Browser, options: ClientOptions = {}, what: Partial<Tab> = {}): Opened {
      const tab = browser.tab(what)
      const client = createClient(options, tab)
      const told: string[] = []
      client.on('change', ({ user, former }) =>
        told.push(`${former?.email ?? null} → ${user?.email ?? null}`),
      )
      client.on('expired', (former) => told.push(`expired: ${former?.email ?? null}`))
      open.push(client)
      return Object.assign(client, { tab, told })
    },
    stop() {
      for (const client of open.splice(0)) client.stop()
    },
  }
}

/** An answer as the toolkit refuses. */
export const problem = (status: number, code: string, headers = {}) =>
  new Response(JSON.stringify({ status, code, detail: `It is ${code}.` }), {
    status,
    headers: { 'Content-Type': 'application/problem+json', ...headers },
  })
