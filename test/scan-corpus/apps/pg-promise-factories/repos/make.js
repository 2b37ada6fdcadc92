export function makeRepo(db, { table, columns }) {
  const names = columns.join(', ')
  return {
    all: () => db.any(`SELECT id, ${names} FROM ${table} ORDER BY id`),
    find: (id) => db.oneOrNone(`SELECT id, ${names} FROM ${table} WHERE id = $1`, [id]),
    add: (row) => db.one(`INSERT INTO ${table} ($<this:name>) VALUES ($<this:csv>) RETURNING id`, row),
    remove: (id) => db.result(`DELETE FROM ${table} WHERE id = $/id/`, { id }, (r) => r.rowCount),
  }
}
