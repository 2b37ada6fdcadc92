import pg from 'pg'

/**
 * Lets an app work whose login does not own its tables: it may use the toolkit's own tables, and the tables' owner is
 * made a member of it, because whoever migrates must see every row that the login may see.
 * Does nothing when all that is so already.
 *
 * @param admin in the app's database, as somebody who may grant both
 * @param roles the roles that connections of the app, and of migrations, act as
 * @throws with the SQL for an administrator when this client may not do it
 */
export async function openToAppLogin(admin: pg.Client, roles: { app: string; owner: string }): Promise<void> {
  const [app, owner] = [pg.escapeIdentifier(roles.app), pg.escapeIdentifier(roles.owner)]
  const { rows } = await admin.query<{ member: boolean }>(
    `select pg_has_role($1::name, $2::name, 'usage') as member`,
    [roles.owner, roles.app],
  )
  const sql = [
    ...(rows[0]?.member ? [] : [`grant ${app} to ${owner}`]),
    `grant usage on schema usertwo to ${app}`,
    `grant select, insert, update, delete on all tables in schema usertwo to ${app}`,
    `grant usage on all sequences in schema usertwo to ${app}`,
    // What has been migrated is written by migrations alone.
    `revoke insert, update, delete on usertwo.migrations from ${app}`,
  ]
  try {
    await admin.query(sql.join('; '))
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== '42501') throw error
    throw new Error(
      `The login the app connects as (${roles.app}) does not own its tables, and this one may not prepare it. An administrator runs once: ${sql.join('; ')};`,
      { cause: error },
    )
  }
}
