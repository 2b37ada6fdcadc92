// Every variant: how people get in, what the app reaches PostgreSQL by, and for usertwo the dial. The first of each
// driver is what the others of that driver are compared with.
const ALONE = ['bare']
const OTHERS = [
  'guard by hand',
  'usual stack',
  'passport-jwt + denylist',
  'express-jwt + denylist',
  'express-session',
  'better-auth, cookie cache',
  'better-auth',
]
// Below 4 nobody logs in; by knex the cookie is read as it is by pg.
const WRAPPED = [
  ...[0, 2, 4, 6, 8].map((dial) => [dial, 'bearer', 'pg']),
  ...[4, 6, 8].map((dial) => [dial, 'cookie', 'pg']),
  ...[0, 2, 4, 6, 8].map((dial) => [dial, 'bearer', 'knex']),
  [8, 'cookie', 'knex'],
  // What is measured is what a request costs; a refresh comes once in a quarter of an hour.
  [8, 'refresh', 'pg'],
]

export const VARIANTS = [
  ...[...ALONE, ...OTHERS].map((way) => ({ name: `${way}, pg`, way, driver: 'pg' })),
  ...['bare', 'guard by hand'].map((way) => ({ name: `${way}, knex`, way, driver: 'knex' })),
  ...WRAPPED.map(([dial, by, driver]) => ({
    name: `usertwo ${dial}, ${by}, ${driver}`,
    way: 'usertwo',
    dial,
    by,
    driver,
  })),
]

export const bareOf = ({ driver }) => `bare, ${driver}`

/** Which of the databases it is measured on: one a dial, one of a person, one with a column that says whose a row is. */
export const databaseOf = ({ way, dial }) => (way === 'usertwo' ? dial : way === 'bare' ? 0 : 'filtered')

/**
 * @param only parts or pieces of variants' names; none: everything
 * @returns parts and variants, each with what it is compared with
 * @throws RangeError where one names nothing
 */
export function chosen(only, parts) {
  const someParts = parts.filter((part) => only.includes(part))
  const pieces = only.filter((one) => !parts.includes(one))
  for (const piece of pieces)
    if (!VARIANTS.some(({ name }) => name.includes(piece)))
      throw new RangeError(
        `--only ${piece}: is no part (${parts.join(', ')}) and in no variant's name: ${VARIANTS.map(({ name }) => name).join('; ')}`,
      )
  const named = VARIANTS.filter(({ name }) => pieces.length === 0 || pieces.some((one) => name.includes(one)))
  const needed = new Set(named.flatMap((variant) => [variant.name, bareOf(variant)]))
  return {
    parts: someParts.length > 0 ? someParts : parts,
    variants: VARIANTS.filter(({ name }) => needed.has(name)),
  }
}
