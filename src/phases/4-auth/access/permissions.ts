import type { Config } from '../../../config/config.js'

const NONE: readonly string[] = Object.freeze([])

/** Returns the permissions that `auth.permissions` gives to a user's roles. An administrator has all that it names. */
export function permissionsIn({
  auth,
}: Pick<Config, 'auth'>): (roles: readonly string[]) => readonly string[] {
  if (!auth.permissions) return () => NONE
  // A Map, because a role may have the name of a property that every object has.
  const ofRole = new Map(Object.entries(auth.permissions))
  const all = Object.freeze([...new Set([...ofRole.values()].flat())])
  return (roles) =>
    roles.includes('admin') ? all : [...new Set(roles.flatMap((role) => ofRole.get(role) ?? []))]
}
