export const name = 'users'

export function define(t) {
  t.increments('id')
  t.string('username', 50).notNullable().unique()
  t.timestamp('created_at', { useTz: true }).notNullable()
}
