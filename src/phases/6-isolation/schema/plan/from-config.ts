import { type Config, isOwned } from '../../../../config/config.js'
import { loginTablesOf } from '../../../4-auth/config/login-tables.js'
import type { OwnershipPlan } from './ownership-plan.js'

/** What the configuration says about ownership, for the roles of one database. */
export function ownershipPlan(config: Config, requestRole: string, login: string): OwnershipPlan {
  const tables = Object.entries(config.tables).map(([name, table]) => {
    if (!isOwned(table)) return [name, { access: table.access }] as const
    const { owner, access, perUser, newUserRows, unique, enforcement, via, keys } = table
    return [name, { owner, access, perUser, newUserRows, unique, enforcement, via, keys }] as const
  })
  const plan: OwnershipPlan = {
    owner: config.owner,
    users: config.users,
    tables: Object.fromEntries(tables),
    requestRole,
    login,
  }
  const { by, lookups, register, proxy } = config.auth
  if (proxy) return { ...plan, namedBy: proxy.is }
  if (by !== 'app' || !lookups) return plan
  const ownLogin = {
    users: lookups.users,
    tables: loginTablesOf(lookups),
    register: register !== undefined,
  }
  return { ...plan, ownLogin }
}
