// Every variant: how people get in, what the app reaches PostgreSQL by, and for usertwo the dial. The first of each
// driver is what the others of that driver are compared with.
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
// Below 4 there are no logins; by knex the cookie is read as it is by pg.
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
    root: ROOT,
    dial,
    by,
    driver,
  })),
]

export const bareOf = ({ driver }) => `bare, ${driver}`

/** Which of the databases it is measured on: one per dial, one of a single user, one with an owner column. */
export const databaseOf = ({ way, dial, root = ROOT }) => ({
  kind: way === 'usertwo' ? dial : way === 'bare' ? 0 : 'filtered',
  root,
})

/** usertwo of this build, and of another one, which is built already: next to each variant the same there. */
const builds = (beside) =>
  VARIANTS.flatMap((variant) => {
    const isDoubled = beside !== undefined && variant.way === 'usertwo'
    const there = { ...variant, name: `${variant.name}, there`, root: resolve(beside ?? ROOT) }
    return isDoubled ? [variant, there] : [variant]
  })

/**
 * @param only parts or pieces of variants' names; none: everything
 * @param beside the folder of another build
 * @returns parts and variants, each with its baseline
 * @throws RangeError where one names nothing
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
