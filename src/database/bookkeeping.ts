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

/** Whether a table belongs to a migration tool, by its name. It needs no class and stays closed to requests. */
export function isBookkeeping(table: { name: string }): boolean {
  return TOOLS.has(table.name.toLowerCase())
}
