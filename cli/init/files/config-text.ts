import type { ConfigInput } from '../../../src/config/config.js'
import type { Making } from '../schema/new-person.js'
import type { OwnershipEntry } from '../schema/owners.js'
import { quoted } from './quoted-text.js'

/** The parts of the configuration, each with the reason for what was inferred. */
export interface ConfigParts {
  app: ConfigInput['app']
  ownerId: number | string
  users: {
    table: string
    id: string
    password: string | null
    making: Making | null
    why: string
  }
  tables: readonly OwnershipEntry[]
  routes: { public: string[]; debug: string[]; ops: string[] }
  spa: { index: string; routes: string[] } | false
  auth: ConfigInput['auth'] | null
  /** `auth.user` as code; empty: it has none */
  userText: string
  /** it has a demo login: by what that was seen */
  demo: string | null
  startup: boolean
  /** of the variables that the app reads; null: they have none */
  prefix: string | null
}

/** The lines of a configuration, to be read and changed: the members of `app`, and what follows it. */
export function configLines(parts: ConfigParts): { app: { name: string; line: string }[]; rest: string[] } {
  const { ownerId, users, tables, routes, spa, auth } = parts
  const open = Object.entries(routes).filter(([, list]) => list.length > 0)
  const app = Object.entries(parts.app).map(([name, value]) => ({
    name,
    line: `    ${name}: ${js(value)},${APP[name] ? ` // ${APP[name]}` : ''}`,
  }))
  const rest = [
    `  owner: { id: ${js(ownerId)} }, // whose data it is today`,
    ...(users.making ? ['  // Columns that have no other value when a user registers.'] : []),
    `  users: ${js(usersOf(users), users.making?.text)}, // ${users.why}`,
    ...(tables.length
      ? [
          '  // A table that is not named here cannot be reached from a request.',
          '  tables: {',
          ...tables.map(tableLine),
          '  },',
        ]
      : []),
    ...(open.length
      ? [
          '  // Every route that is not named here needs a login from phase 6.',
          '  routes: {',
          ...open.map(([name, list]) => `    ${name}: ${js(list)},`),
          '  },',
        ]
      : []),
    `  spa: ${js(spaOf(spa))},${spa === false ? ' // no page was seen' : ''}`,
    ...(auth ? authLines(auth, parts.userText) : []),
    ...(parts.demo ? [`  demo: ${js(DEMO)}, // ${parts.demo}`] : []),
    ...(parts.prefix ? [`  prefix: ${js(parts.prefix)}, // of its variables`] : []),
    ...(parts.startup ? [`  startup: 'system', // it asks its database before it listens`] : []),
  ]
  return { app, rest }
}

/** As a module of the app: the same as `configOf`. */
export function configText(parts: ConfigParts, { esm }: { esm: boolean }): string {
  const { app, rest } = configLines(parts)
  const lines = ['  app: {', ...app.map(({ line }) => line), '  },', ...rest]
  const head = '// What the app is, as `usertwo init` read it: docs/configuration.md has every option.'
  return esm
    ? `${head}\nimport { defineConfig } from 'usertwo'\n\nexport default defineConfig({\n${lines.join('\n')}\n})\n`
    : `${head}\nconst { defineConfig } = require('usertwo')\n\nmodule.exports = defineConfig({\n${lines.join('\n')}\n})\n`
}

/** The same as the toolkit reads it. */
export function configOf(parts: ConfigParts): ConfigInput {
  const { app, ownerId, users, tables, routes, spa, auth, startup, prefix, demo } = parts
  return {
    app,
    owner: { id: ownerId },
    users: usersOf(users),
    tables: Object.fromEntries(tables.map(({ name, why: _, ...entry }) => [name, entry])),
    routes,
    spa: spaOf(spa),
    ...(auth && { auth }),
    ...(demo && { demo: DEMO }),
    ...(prefix && { prefix }),
    ...(startup && { startup: 'system' as const }),
  }
}

/** The app's own login takes lines of its own. */
function authLines(auth: NonNullable<ConfigParts['auth']>, userText: string): string[] {
  const why = auth.ownCalls ? ' // where the app asks itself over HTTP' : ''
  if (auth.by !== 'app') return [`  auth: ${js(auth)},${why}`]
  return [
    ...(auth.proxy
      ? [
          '  // A proxy logs users in: docs/how-to/log-in-by-a-proxy.md. A client that connects from an address of `from`',
          '  // can name any user: give the addresses of your proxy, and no others.',
        ]
      : ['  // The app keeps its login: docs/how-to/keep-the-apps-own-login.md.']),
    '  auth: {',
    ...Object.entries(auth).map(([name, value]) => `    ${name}: ${js(value, userText)},`),
    '  },',
  ]
}

const DEMO = { rows: 'claimed' as const }

const APP: Record<string, string> = {
  bare: 'the app as it was',
  migrate: 'its tables, on an empty database',
  seed: 'some rows of the owner’s, for gates',
  drive: 'plays the owner’s requests; the baseline is recorded from it',
  health: 'answers without a table',
}

function usersOf({ table, id, password, making }: ConfigParts['users']): ConfigInput['users'] {
  return {
    table,
    ...(id !== 'id' && { id }),
    ...(password && { password }),
    ...(making && { create: making.create }),
  }
}

const spaOf = (spa: ConfigParts['spa']) => (spa && spa.routes.length === 0 ? { index: spa.index } : spa)

function tableLine({ name, why, ...entry }: OwnershipEntry): string {
  return `    ${key(name)}: ${js(entry)}, // ${why}`
}

const key = (name: string) => (/^[a-z_$][\w$]*$/i.test(name) ? name : quoted(name))

/** A value as a person would write it. */
function js(value: unknown, code = ''): string {
  if (typeof value === 'function') return code
  if (typeof value === 'string') return quoted(value)
  if (Array.isArray(value)) return `[${value.map((one) => js(one, code)).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([name, one]) => `${key(name)}: ${js(one, code)}`)
    return members.length ? `{ ${members.join(', ')} }` : '{}'
  }
  return String(value)
}
