import type { Config } from '../../../config/config.js'

const NONE: readonly string[] = Object.freeze([])

/** What the roles of somebody let them do, by `auth.permissions`; an administrator has all that is named there. */
export function permissionsIn({
  auth,
}: Pick<Config, 'auth'>): (roles: readonly string[]) => readonly string[] {
  if (!auth.permissions) return () => NONE
  // By a map: a role may be called like something every object has.
  const ofRole = new Map(Object.entries(auth.permissions))
  const all = Object.freeze([...new Set([...ofRole.values()].flat())])
  return (roles) =>
    roles.includes('admin') ? all : [...new Set(roles.flatMap((role) => ofRole.get(role) ?? []))]
}
