/** Tables in which migration tools record their work. Requests never need them. */
const TOOLS = new Set([
  'knex_migrations',
  'knex_migrations_lock',
  'sequelizemeta',
  'sequelizedata',
  'schemaversion',
  'schema_migrations',
  'schema_migration',
  'migrations',
  'migrations_lock',
  'typeorm_metadata',
  'pgmigrations',
  '_prisma_migrations',
  '__drizzle_migrations',
  'flyway_schema_history',
  'databasechangelog',
  'databasechangeloglock',
  'alembic_version',
  'umzug_migrations',
  'kysely_migration',
  'kysely_migration_lock',
  'mikro_orm_migrations',
  'migration', // slonik's migrator
])

/** What knex makes under a name of the app's own, by its columns. */
const OF_KNEX = new Set(['index,is_locked', 'batch,id,migration_time,name'])

interface Named {
  name: string
  columns?: readonly (string | { name: string })[]
}

/** Whether a table belongs to a migration tool. It needs no class and stays closed to requests. */
export function isBookkeeping({ name, columns = [] }: Named): boolean {
  const made = columns.map((column) => (typeof column === 'string' ? column : column.name)).sort()
  return TOOLS.has(name.toLowerCase()) || OF_KNEX.has(made.join())
}
