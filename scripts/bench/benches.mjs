import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'

/** The benches: their default number of rounds (null: none), what they measure, and their options. */
export const BENCHES = {
  scope: {
    rounds: 41,
    about: 'What the two layers add to a query',
    options: { query: 'row|page|list', by: 'knex|pg' },
  },
  plans: { rounds: 21, about: 'Plans of statements of users with few and many rows', options: {} },
  hardening: { rounds: 41, about: 'What each layer of phase 2 adds to a request', options: {} },
  start: {
    rounds: 41,
    about: 'How long a start takes until its first response',
    options: { beside: 'FOLDER' },
  },
  peers: {
    rounds: 5,
    about: 'Throughput next to other ways to add logins',
    options: {
      only: 'PART',
      connections: 'N',
      users: 'N',
      beside: 'FOLDER',
      node: 'PATH',
      write: '',
      profile: 'FOLDER',
    },
  },
  request: {
    rounds: 9,
    about: 'Processor time of app and backends per request, and what a request creates and reads',
    options: { only: 'PART', beside: 'FOLDER', node: 'PATH' },
  },
  limits: {
    rounds: null,
    about: 'Memory, the slowest responses, a login storm, revoked tokens, the gates',
    options: { only: 'memory|rate|storm|revoked|gates', write: '' },
  },
  timing: {
    rounds: 400,
    about: 'Whether response times reveal an account',
    options: { only: 'login|register|forgot' },
  },
}

const OPTIONS = {
  query: 'The query',
  by: 'How it is sent',
  only: 'Only this part; may be given more than once',
  connections: 'How many connections send requests at once; 16',
  users: 'How many users send them in turn; 100',
  beside: 'Another build of usertwo, measured in the same rounds',
  node: 'A Node binary that serves the app; may be given more than once',
  write: 'Writes the result into the documentation',
  profile: 'Writes a CPU profile of each variant into this folder',
  rounds: 'How often each variant is run',
  json: 'Prints JSON',
}
const MANY = ['only', 'node']

/** A wrong argument. Its message is printed without a stack trace. */
export class BenchUsage extends Error {}

const shape = (name, value) => (value ? `--${name} ${value}` : `--${name}`)
const withShared = ({ rounds, options }) => ({
  ...options,
  ...(rounds !== null && { rounds: 'N' }),
  json: '',
})

/** Returns the command line of a bench. */
export const usageOf = (name) =>
  [
    `npm run bench -- ${name}`,
    ...Object.entries(withShared(BENCHES[name])).map((one) => `[${shape(...one)}]`),
  ].join(' ')

export function help() {
  const benches = Object.entries(BENCHES).map(
    ([name, { about, rounds }]) =>
      `  ${name.padEnd(10)} ${about}${rounds === null ? '' : `; ${rounds} rounds`}`,
  )
  return [
    'Measures usertwo as ratios. Every round runs each variant once.',
    '\nUsage',
    ...Object.keys(BENCHES).map((name) => `  ${usageOf(name)}`),
    '\nBenches',
    ...benches,
    '\nOptions',
    ...Object.entries(OPTIONS).map(([name, about]) => `  --${name.padEnd(11)} ${about}.`),
  ].join('\n')
}

/**
 * Reads the command line.
 * @returns null for `--help`
 * @throws BenchUsage
 */
export function parseBench(args) {
  const types = Object.entries(OPTIONS).map(([name]) => [
    name,
    name === 'json' || name === 'write'
      ? { type: 'boolean' }
      : { type: 'string', multiple: MANY.includes(name) },
  ])
  const options = { ...Object.fromEntries(types), help: { type: 'boolean', short: 'h' } }
  const { values, positionals } = readable(() => parseArgs({ args, options, allowPositionals: true }))
  if (values.help) return null
  const [name, ...rest] = positionals
  if (!Object.hasOwn(BENCHES, name ?? ''))
    throw new BenchUsage(
      `${name === undefined ? 'which bench' : `${name} is not a bench`}: ${Object.keys(BENCHES).join(', ')}; npm run bench -- --help explains them`,
    )
  if (rest.length) throw new BenchUsage(`unexpected argument "${rest[0]}"; ${usageOf(name)}`)
  const allowed = withShared(BENCHES[name])
  for (const [option, given] of Object.entries(values)) {
    if (!Object.hasOwn(allowed, option))
      throw new BenchUsage(`${name} does not take --${option}; ${usageOf(name)}`)
    if (/FOLDER|PATH/.test(allowed[option]) && option !== 'profile') {
      const gone = [given].flat().find((path) => !existsSync(path))
      if (gone) throw new BenchUsage(`--${option} ${gone}: no such file or folder`)
    }
    const words = allowed[option].includes('|') ? allowed[option].split('|') : null
    const wrong = words && [given].flat().find((one) => !words.includes(one))
    if (wrong) throw new BenchUsage(`--${option} ${wrong}: allowed are ${words.join(', ')}`)
  }
  const counts = Object.keys(allowed).filter((option) => allowed[option] === 'N' && values[option])
  const numbers = Object.fromEntries(counts.map((option) => [option, wholeNumber(option, values[option])]))
  return { name, values: { json: false, rounds: BENCHES[name].rounds ?? 1, ...values, ...numbers } }
}

function wholeNumber(option, given) {
  const number = Number(given)
  if (Number.isSafeInteger(number) && number >= 1) return number
  throw new BenchUsage(`--${option} ${given}: expected a whole number from 1, such as --${option} 21`)
}

/** Turns Node's error into a BenchUsage with its message, without its stack. */
function readable(read) {
  try {
    return read()
  } catch (error) {
    throw new BenchUsage(`${error.message.split('. ')[0]}; npm run bench -- --help has the options`)
  }
}
