import type { Counted, Noted } from './counters.js'

/** Lines of one kind; further ones are counted. */
const MOST = 30

const WORDS: { [What in Noted['what']]: (one: Extract<Counted, { what: What }>) => string } = {
  rewritten: ({ table, column }) => `the owner’s id became the current user: ${table}.${column}`,
  key: ({ table, column }) =>
    `an insert gives a key that the database makes, dropped unless a row of the same user has it (see keys in the configuration): ${table}.${column}`,
  raw: ({ sql }) => `raw SQL, kept to the current user by the database alone: ${sql}`,
  'no user': ({ at, sql }) =>
    `refused outside every request, because no user is named${at && `, at ${at}`}: ${sql}`,
  system: ({ reason }) => `as the system: ${reason}`,
  'let pass': ({ table, verb, rows, person, sql }) =>
    `let pass because ${table} only reports: ${verb}, ${rows === null ? 'an unknown number of' : rows} rows of others, by person ${person}: ${sql}`,
}

/** Returns what the layers did, as lines for a gate: each different event once, with its number, the most frequent first. */
export function noteOfCounters(counted: readonly Counted[]): string[] {
  return (Object.keys(WORDS) as Noted['what'][]).flatMap((what) => {
    const own = counted.filter((one) => one.what === what).sort((a, b) => b.times - a.times)
    const lines = own.slice(0, MOST).map((one) => `${inWords(one)} (${one.times})`)
    return own.length > MOST ? [...lines, `… and ${own.length - MOST} more of the kind: ${what}`] : lines
  })
}

function inWords(one: Counted): string {
  return (WORDS[one.what] as (counted: Counted) => string)(one)
}
