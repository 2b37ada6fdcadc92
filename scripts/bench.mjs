// npm run bench -- scope [--query row|page] | hardening | start, [--rounds N] [--json]
import { parseArgs } from 'node:util'
import { prepare } from './prepare.mjs'

const BENCHES = ['scope', 'hardening', 'start']

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '41' },
    query: { type: 'string' },
  },
})
const [name] = positionals
const rounds = Number(values.rounds)
if (!BENCHES.includes(name) || !Number.isSafeInteger(rounds) || rounds < 1) {
  console.error(`npm run bench -- ${BENCHES.join(' | ')} [--rounds N] [--json]`)
  process.exit(64)
}

prepare()
const { run } = await import(`../bench/${name}.mjs`)
await run({ json: values.json, rounds, query: values.query })
