// The store as it was before the owner's id was taken out of its SQL: what was written for user 1 stays user 1's.
const edit = (name, find, replace) => ({
  name,
  by: { edit: [{ file: 'apps/pg/store.js', find, replace }] },
})

const read = edit(
  'the owner’s id stands in the SQL of a list',
  'on n.project_id = p.id\n    group by',
  'on n.project_id = p.id\n    where p.user_id = 1 group by',
)
const write = edit(
  'the owner’s id stands in the SQL of an insert',
  `insert into projects (name, position)
     select $1,`,
  `insert into projects (user_id, name, position)
     select 1, $1,`,
)

export default {
  'inventory.hot-spots': [read, write],
  'isolation.foreign-ids': [read, write],
}
