// npm run bench -- scope [--query row|page|list] [--by knex|pg] | plans | hardening | start [--beside FOLDER] |
// peers [--only …] [--beside FOLDER] [--node PATH] [--profile FOLDER] [--write] | timing | limits [--only …] [--write],
// [--rounds N] [--json]
import { parseArgs } from 'node:util'
import { installPinned } from './prepare/pinned.mjs'
import { prepare } from './prepare.mjs'

/** Default number of rounds. */
const BENCHES = { scope: 41, plans: 21, hardening: 41, start: 41, peers: 5, limits: 1, timing: 400 }

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    query: { type: 'string' },
    by: { type: 'string' },
    only: { type: 'string', multiple: true },
    write: { type: 'boolean', default: false },
    profile: { type: 'string' },
    beside: { type: 'string' },
    node: { type: 'string', multiple: true },
  },
})
const [name] = positionals
const rounds = Number(values.rounds ?? BENCHES[name])
if (!Object.hasOwn(BENCHES, name) || !Number.isSafeInteger(rounds) || rounds < 1) {
  console.error(`npm run bench -- ${Object.keys(BENCHES).join(' | ')} [--rounds N] [--json]`)
  process.exit(64)
}

prepare()
if (name === 'peers') installPinned('bench/peers', 'what usertwo is compared with')
const { run } = await import(`../bench/${name}.mjs`)
await run({ ...values, rounds })
