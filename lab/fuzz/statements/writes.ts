import fc from 'fast-check'
import { apart } from '../apart.js'
import { changes } from '../changes.js'
import { tableOf } from '../schema.js'
import { oneOf, pick } from '../side.js'
import { inserts } from './inserts.js'
import { newRows } from './rows.js'
import { into, type MakeWrite, writeOf } from './write.js'

/**
 * `onConflict('slug')` of old code, although slugs are now unique per user: each layer adds the owner to the
 * target.
 */
const oldTarget: fc.Arbitrary<MakeWrite> = fc
  .tuple(pick, newRows, fc.constantFrom('merge', 'ignore'))
  .map(([slug, row, how]) => (side, who) => {
    const labels = tableOf('labels')
    const values = { ...row(side, labels, who), slug: `s${slug % 14}` }
    const insert = into(side, labels).insert(values).onConflict('slug')
    return writeOf((how === 'merge' ? insert.merge(['n']) : insert.ignore()) as never)
  })

/** Random inserts, upserts, updates and deletes. */
export const writes: fc.Arbitrary<MakeWrite> = oneOf([11, inserts], [13, changes], [1, oldTarget], [4, apart])
