import type { Knex } from 'knex'
import type { Config } from '../../../config/config.js'
import type { UserId } from '../../../core/context.js'
import { usersColumns } from '../accounts/users-table.js'
import { isKnownHash } from '../passwords/password-formats.js'

/** A user, as an administrator sees them. */
export interface ListedUser {
  id: UserId
  email: string | null
  username: string | null
  isAdmin: boolean
  /** besides that of an administrator */
  roles: string[]
  /** false: disabled by an administrator or the operator */
  isActive: boolean
  hasPassword: boolean
  /** the address waits for its confirmation, and no login succeeds until then */
  unverified: boolean
  /** open logins, and when one was used last; null: never, or too long ago */
  logins: number
  usedAt: Date | null
}

/** Users of a page. */
export const USERS_A_PAGE = 50

interface UserPage {
  /** part of an address or user name, or an id */
  search?: string
  /** the page, from 0 */
  page?: number
}

/** Lists users by id: those of a page, and one more where another page follows. */
export async function listUsers(
  db: Knex,
  config: Config,
  { search: given = '', page = 0 }: UserPage,
): Promise<ListedUser[]> {
  const search = given.replaceAll('\0', '')
  const { id } = config.users
  const { query, hasNames } = await usersQuery(db, config)
  if (search) {
    const part = `%${search.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`
    query.where((either) => {
      either.whereRaw('??::text = ?', [`u.${id}`, search]).orWhereRaw('lower(u.email) like ?', [part])
      if (hasNames) either.orWhereRaw('lower(u.username) like ?', [part])
    })
  }
  const rows = await query
    .orderBy(`u.${id}`)
    .offset(page * USERS_A_PAGE)
    .limit(USERS_A_PAGE + 1)
  return rows.map(asListed)
}

/** Returns one user; undefined: no user has this id. */
export async function listedUser(db: Knex, config: Config, user: string): Promise<ListedUser | undefined> {
  const { query } = await usersQuery(db, config)
  const [row] = await query.whereRaw('??::text = ?', [`u.${config.users.id}`, user.replaceAll('\0', '')])
  return row && asListed(row)
}

interface UserRow {
  id: UserId
  email: string | null
  username: string | null
  admin: boolean | null
  roles: string[] | null
  active: boolean | null
  unverified: boolean | null
  ours: string | null
  own: string | null
  logins: string | null
  used_at: Date | null
}

async function usersQuery(db: Knex, { users: { table, id, password } }: Config) {
  const hasNames = (await usersColumns(db, table)()).has('username')
  const open = db('usertwo.user_sessions')
    .whereNull('revoked_at')
    .where('expires_at', '>', db.fn.now())
    .groupBy('user_id')
    .select('user_id', db.raw('count(*) as logins'), db.raw('max(last_used_at) as used_at'))
    .as('s')
  const query: Knex.QueryBuilder<object, UserRow[]> = db({ u: table })
    .leftJoin({ c: 'usertwo.credentials' }, 'c.user_id', `u.${id}`)
    .leftJoin(open, 's.user_id', `u.${id}`)
    .select({
      id: `u.${id}`,
      email: 'u.email',
      username: hasNames ? 'u.username' : db.raw('null'),
      admin: 'u.is_admin',
      roles: 'c.roles',
      active: 'c.is_active',
      unverified: db.raw('c.must_verify and not c.is_verified'),
      ours: 'c.password_hash',
      own: password ? `u.${password}` : db.raw('null'),
      logins: 's.logins',
      used_at: 's.used_at',
    })
  return { query, hasNames }
}

const asListed = ({
  admin,
  roles,
  active,
  unverified,
  ours,
  own,
  logins,
  used_at,
  ...row
}: UserRow): ListedUser => ({
  ...row,
  isAdmin: admin ?? false,
  roles: (roles ?? []).filter((role) => role !== 'user'),
  isActive: active !== false,
  unverified: unverified ?? false,
  hasPassword: ours !== null || isKnownHash(own),
  logins: Number(logins ?? 0),
  usedAt: used_at,
})
