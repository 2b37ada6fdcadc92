// npm run bench -- limits: memory, the slowest responses, a login storm, revoked tokens and the gates, each
// with a limit.
import { loadavg } from 'node:os'
import { throwAwayServer } from '../dist/proof/postgres/throw-away.js'
import { living } from './interleaved.mjs'
import { writeLimits } from './limits/page.mjs'
import { databasesOn } from './peers/databases.mjs'
import { USERS } from './peers/requests.mjs'
import { databaseOf, VARIANTS } from './peers/variants.mjs'

const CHILD = new URL('peers/child.mjs', import.meta.url)
export const PARTS = ['memory', 'rate', 'storm', 'revoked', 'gates']

/** @param options `only`: the parts to run; empty: all */
export async function run({ json, only = [], write }) {
  const unknown = only.find((part) => !PARTS.includes(part))
  if (unknown) throw new RangeError(`--only ${unknown}: unknown part; allowed: ${PARTS.join(', ')}`)
  const load = Number(loadavg()[0].toFixed(1))
  const server = await throwAwayServer()
  const results = {}
  try {
    const copyOf = databasesOn(server, USERS)
    const start = (names, use) => started(copyOf, names, use)
    for (const part of PARTS.filter((one) => only.length === 0 || only.includes(one))) {
      const { measure, lines, WHAT } = await import(`./limits/${part}.mjs`)
      const result = await measure({ start, server })
      results[part] = { what: WHAT, ...result, lines: lines(result) }
      if (!json) console.log(textOf(results[part]))
    }
  } finally {
    await server.stop()
  }
  if (json) console.log(JSON.stringify({ load, results }, null, 2))
  if (write) writeLimits({ load, results })
  if (Object.values(results).some(({ holds }) => !holds)) process.exitCode = 1
}

export const textOf = ({ what, lines, limit, holds }) =>
  [what, ...lines.map((line) => `  ${line}`), `  ${holds ? 'holds' : 'DOES NOT HOLD'}: ${limit}`].join('\n')

/**
 * Starts variants of the peers' app, each on its own database. A variant that is named twice is started
 * twice.
 */
async function started(copyOf, names, use) {
  const opened = {}
  for (const [at, name] of names.entries()) {
    const variant = VARIANTS.find((one) => one.name === name)
    const own = names.indexOf(name) < at ? `${name} ${at + 1}` : name
    const { url, adminUrl } = await copyOf(databaseOf(variant))
    opened[own] = { ...variant, users: USERS, url, adminUrl }
  }
  const args = Object.entries(opened).map(([name, variant]) => [name, [JSON.stringify(variant)]])
  return await living(CHILD, Object.fromEntries(args), (children) => use(children, opened))
}
