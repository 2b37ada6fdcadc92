// npm run bench -- timing: whether response times reveal that an address has an account (ASVS 6.3.8): login,
// register and forgot, each with a registered address and an unregistered one, in random order, next to a
// control whose work is not equalised.
import { loadavg } from 'node:os'
import { throwAwayServer } from '../dist/proof/postgres/throw-away.js'
import { passwords } from '../dist/src/phases/4-auth/passwords/passwords.js'
import { living, shuffled } from './interleaved.mjs'
import { databasesOn } from './peers/databases.mjs'
import { databaseOf } from './peers/variants.mjs'
import { sql } from './sql.mjs'
import { openCopy } from './timing/copies.mjs'
import { answerTime, COST, DOORS, passwordHash } from './timing/doors.mjs'
import { mailServer } from './timing/mail-server.mjs'
import { mannWhitney, median } from './timing/mann-whitney.mjs'

const CHILD = new URL('timing/child.mjs', import.meta.url)
/** The medians must differ by less than this share of the time of a hash … */
const OF_A_HASH = 0.02
/** … and the difference must not be significant. */
const P = 0.001
const WARMING = 20

/**
 * @param options `rounds`: samples of each kind, for each endpoint and variant; `only`: some of the endpoints
 */
export async function run({ json, rounds, only = [] }) {
  const unknown = only.find((one) => !DOORS.some(({ name }) => name === one))
  if (unknown)
    throw new RangeError(`--only ${unknown}: unknown; allowed: ${DOORS.map(({ name }) => name).join(', ')}`)
  const chosen = DOORS.filter(({ name }) => only.length === 0 || only.includes(name))
  const load = Number(loadavg()[0].toFixed(1))
  const server = await throwAwayServer()
  const mail = await mailServer()
  const copies = { usertwo: openCopy(true), control: openCopy(false) }
  try {
    const copyOf = databasesOn(server)
    const variants = {}
    for (const [name, toolkit] of Object.entries(copies)) {
      const { url, adminUrl } = await copyOf(databaseOf({ way: 'usertwo', dial: 8 }))
      await createUsers(adminUrl, rounds + WARMING)
      variants[name] = [JSON.stringify({ toolkit: toolkit.url, url, smtp: mail.url })]
    }
    const samples = await living(CHILD, variants, (children) => measured(children, chosen, rounds))
    const hashMs = await hashTime()
    const doors = chosen.map(({ name }) => ({
      name,
      usertwo: compared(samples.usertwo[name]),
      control: compared(samples.control[name]),
    }))
    const holds = doors.every(
      (door) =>
        Math.abs(door.usertwo.difference) <= OF_A_HASH * hashMs && door.usertwo.p > P && door.control.p < P,
    )
    const limit = `medians within ${OF_A_HASH * 100} % of a hash and p > ${P}, the control p < ${P}`
    if (json) console.log(JSON.stringify({ load, samples: rounds, hashMs, doors, limit, holds }, null, 2))
    else for (const line of lines({ load, rounds, hashMs, doors, limit, holds })) console.log(line)
    if (!holds) process.exitCode = 1
  } finally {
    for (const copy of Object.values(copies)) copy.remove()
    await mail.close()
    await server.stop()
  }
}

/** Creates users with a password, each used once. */
async function createUsers(adminUrl, count) {
  const hash = await passwordHash()
  await sql(
    adminUrl,
    `select setval(pg_get_serial_sequence('users', 'id'), (select max(id) from users));
     insert into users (username, email) select 'known' || n, 'known' || n || '@example.com'
     from generate_series(1, ${count}) n`,
  )
  await sql(
    adminUrl,
    `insert into usertwo.credentials (user_id, password_hash) select id, $1 from users where email is not null
     on conflict do nothing`,
    [hash],
  )
}

/** Returns how long one of the toolkit's hashes takes in ms, once its thread runs. */
async function hashTime() {
  const hasher = passwords({ cost: COST })
  const times = []
  for (let n = 0; n < 10; n++) {
    const began = performance.now()
    await hasher.hash('theirs, and long enough')
    if (n > 0) times.push(performance.now() - began)
  }
  await hasher.close()
  return median(times)
}

async function measured(children, doors, rounds) {
  const samples = {}
  for (const name of Object.keys(children))
    samples[name] = Object.fromEntries(doors.map((door) => [door.name, { known: [], unknown: [] }]))
  for (const door of doors)
    for (let round = -WARMING; round < rounds; round++)
      for (const one of shuffled(
        Object.keys(children).flatMap((name) => [
          [name, 'known'],
          [name, 'unknown'],
        ]),
      )) {
        const [name, kind] = one
        const ms = await answerTime(children[name].said.port, door, kind, round + WARMING + 1)
        if (round >= 0) samples[name][door.name][kind].push(ms)
      }
  return samples
}

function compared({ known, unknown }) {
  return {
    known: median(known),
    unknown: median(unknown),
    difference: median(unknown) - median(known),
    p: mannWhitney(known, unknown),
  }
}

function* lines({ load, rounds, hashMs, doors, limit, holds }) {
  yield `ms of a response for a registered address, and an unregistered one; ${rounds} of each, load ${load}`
  for (const { name, usertwo, control } of doors)
    for (const [what, { known, unknown, p }] of [
      [name, usertwo],
      [`${name}, not equalised`, control],
    ])
      yield `  ${what.padEnd(26)}${known.toFixed(2).padStart(8)}${unknown.toFixed(2).padStart(8)}   p ${p < 1e-6 ? '< 0.000001' : p.toFixed(6)}`
  yield `  a hash takes ${hashMs.toFixed(1)} ms; ${holds ? 'holds' : 'DOES NOT HOLD'}: ${limit}`
}
