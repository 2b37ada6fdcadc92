import fc from 'fast-check'
import { FAMOUS, idOf, ROWS, tableOf, WRITABLE } from './schema.js'
import { at, oneOf, pick, sometimes } from './side.js'
import { onConflict, returning } from './statements/inserts.js'
import { newRows } from './statements/rows.js'
import { into, type MakeWrite, type Write, writeOf } from './statements/write.js'

/*
 * Writes that cannot be compared with the single-user database: they name another user, a row that only
 * another user has, or a table that no user may write; or the layers refuse them in different ways, because
 * only one of them reads the statement. Each states how each layer must respond. None of them may change a
 * row.
 */

const both = (...outcomes: string[]): Write['apart'] => ({ 'query layer': outcomes, policies: outcomes })

const foreignOwner: Write['apart'] = { 'query layer': ['foreign_owner'], policies: ['42501'] }

/** A row that belongs to another user from the start, or is given away. */
const givenAway: fc.Arbitrary<MakeWrite> = fc
  .tuple(pick, newRows, fc.constantFrom('insert', 'batch', 'update', 'update all', 'merge'), pick)
  .map(([target, row, how, taken]) => (side, who) => {
    const table = at(WRITABLE, target)
    const theirs = { [table.owner!]: who.other }
    // Parents could be refused too.
    const own = { n: row(side, table, who).n, ...(table.slug && { slug: null }) }
    const query = into(side, table)
    const id = idOf(table.name, who.user, taken % ROWS)
    if (how === 'insert') return writeOf(query.insert({ ...own, ...theirs }), foreignOwner)
    if (how === 'batch') return writeOf(query.insert([own, { ...own, ...theirs }]), foreignOwner)
    // Without a condition no rows are read, so the right to read is not checked.
    if (how === 'update all') return writeOf(query.update(theirs), foreignOwner)
    if (how === 'update') return writeOf(query.where({ id }).update(theirs), foreignOwner)
    const merged = query
      .insert({ ...own, id })
      .onConflict('id')
      .merge(theirs)
    return writeOf(merged as never, foreignOwner)
  })

/**
 * An id of another user's row. Both layers see that it is taken; only the policies see that the row to be
 * merged belongs to another user.
 */
const takenId: fc.Arbitrary<MakeWrite> = fc
  .tuple(
    pick,
    pick,
    fc.constantFrom('insert', 'merge', 'columns', 'changes', 'ignore'),
    sometimes(30),
    returning,
  )
  .map(([target, taken, how, where, back]) => (side, who) => {
    const table = at(WRITABLE, target)
    const id = idOf(table.name, who.other, taken % ROWS)
    const insert = into(side, table).insert({ id, n: 1 })
    if (how === 'insert') return writeOf(back(insert), both('23505'))
    const options = { how, where: where && how !== 'ignore', table: table.name, owner: table.owner!, side }
    const query = back(onConflict(insert.onConflict('id'), options))
    if (how === 'ignore') return writeOf(query, both('nothing'))
    // The policies check the row only after the app's own condition on it.
    const policies = options.where ? ['42501', 'nothing'] : ['42501']
    return writeOf(query, { 'query layer': ['nothing'], policies })
  })

/** Statements that no user may run: emptying a table, creating a user, writing shared rows. */
const refused: fc.Arbitrary<MakeWrite> = fc
  .tuple(pick, fc.constantFrom('truncate', 'user', 'insert', 'update', 'delete'))
  .map(([target, how]) => (side) => {
    const tags = side.db('tags')
    const closed: Write['apart'] = { 'query layer': ['table_closed'], policies: ['42501'] }
    if (how === 'insert') return writeOf(tags.insert({ n: 1 }), closed)
    if (how === 'update') return writeOf(tags.where('n', '>=', 0).update({ n: 1 }), closed)
    if (how === 'delete') return writeOf(tags.where('n', '>=', 0).del(), closed)
    if (how === 'user')
      return writeOf(side.db('users').insert({ n: 1 }), {
        'query layer': ['users_refused'],
        policies: ['42501'],
      })
    const apart: Write['apart'] = { 'query layer': ['truncate_refused'], policies: ['42501'] }
    return writeOf(into(side, at(WRITABLE, target)).truncate() as never, apart)
  })

/** A post of the user that another user's label references stays, because of the app's foreign key. */
const stillPointedTo: fc.Arbitrary<MakeWrite> = pick.map((row) => (side, who) => {
  const posts = tableOf('posts')
  const id = idOf('posts', who.user, row % FAMOUS)
  return writeOf(into(side, posts).where({ id }).del(), both('23503'))
})

export const apart: fc.Arbitrary<MakeWrite> = oneOf(
  [3, givenAway],
  [3, takenId],
  [1, refused],
  [1, stillPointedTo],
)
