const at = (connection) => ({ client: 'postgresql', connection, migrations: { directory: 'migrations' } })

module.exports = {
  development: at(process.env.DATABASE_URL || 'postgres://localhost/bookmarks'),
  test: at(process.env.TEST_DATABASE_URL),
  staging: at({ database: 'my_db', user: 'username', password: 'password' }),
  production: at(process.env.DATABASE_URL),
}
