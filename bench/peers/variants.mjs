// Every variant: its way to log in, its driver and, for usertwo, the dial. The first variant of each driver
// is the baseline for the others of that driver.
import { resolve } from 'node:path'
import { ROOT } from '../../scripts/prepare/step.mjs'

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
// Below dial 4 there are no logins. With knex, cookies are read just as with pg.
const WRAPPED = [
  ...[0, 2, 4, 6, 8].map((dial) => [dial, 'bearer', 'pg']),
  ...[4, 6, 8].map((dial) => [dial, 'cookie', 'pg']),
  ...[0, 2, 4, 6, 8].map((dial) => [dial, 'bearer', 'knex']),
  [8, 'cookie', 'knex'],
  // Measures the cost of a request; refreshes happen only once in a quarter of an hour.
  [8, 'refresh', 'pg'],
]

export const VARIANTS = [
  ...[...ALONE, ...OTHERS].map((way) => ({ name: `${way}, pg`, way, driver: 'pg' })),
  ...['bare', 'guard by hand'].map((way) => ({ name: `${way}, knex`, way, driver: 'knex' })),
  ...WRAPPED.map(([dial, by, driver]) => ({
    name: `usertwo ${dial}, ${by}, ${driver}`,
    way: 'usertwo',
    root: ROOT,
    dial,
    by,
    driver,
  })),
]

export const bareOf = ({ driver }) => `bare, ${driver}`

/**
 * Returns the database a variant is measured on: one per dial, one of a single user, one with an owner
 * column.
 */
export const databaseOf = ({ way, dial, root = ROOT }) => ({
  kind: way === 'usertwo' ? dial : way === 'bare' ? 0 : 'filtered',
  root,
})

/**
 * Returns the variants; with another build, which must be built already, each usertwo variant is followed by
 * the same variant of that build.
 */
const builds = (beside) =>
  VARIANTS.flatMap((variant) => {
    const isDoubled = beside !== undefined && variant.way === 'usertwo'
    const there = { ...variant, name: `${variant.name}, there`, root: resolve(beside ?? ROOT) }
    return isDoubled ? [variant, there] : [variant]
  })

/**
 * @param only parts, or substrings of variants' names; empty: everything
 * @param beside the folder of another build
 * @returns parts and variants, each with its baseline
 * @throws RangeError if an item of `only` names nothing
 */
export function chosen(only, parts, beside) {
  const all = builds(beside)
  const someParts = parts.filter((part) => only.includes(part))
  const pieces = only.filter((one) => !parts.includes(one))
  for (const piece of pieces)
    if (!all.some(({ name }) => name.includes(piece)))
      throw new RangeError(
        `--only ${piece}: neither a part (${parts.join(', ')}) nor in a variant's name: ${all.map(({ name }) => name).join('; ')}`,
      )
  const named = all.filter(({ name }) => pieces.length === 0 || pieces.some((one) => name.includes(one)))
  const needed = new Set(named.flatMap((variant) => [variant.name, bareOf(variant)]))
  return {
    parts: someParts.length > 0 ? someParts : parts,
    variants: all.filter(({ name }) => needed.has(name)),
  }
}
