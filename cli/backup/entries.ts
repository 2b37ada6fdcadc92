/** The entries of a dump (`pg_restore --list`), by who can restore them. */
export interface Entries {
  /** for the login that will own the tables */
  owner: string[]
  /** rights on what belongs to the server itself: for an administrator */
  admin: string[]
}

/** `4; 0 16385 ACL pg_catalog FUNCTION "lo_get"(…) postgres` */
const ENTRY = /^\d+; \d+ \d+ (.*)$/
/** An extension's comment belongs to the role that installed it, and is not part of the app. */
const COMMENT_ON_EXTENSION = /^COMMENT - EXTENSION /
const SYSTEM_RIGHTS = /^ACL pg_catalog /
const PUBLIC_RIGHTS = /^ACL - SCHEMA public /

/** @param ownsPublic whether the login owns the schema public: from PostgreSQL 15 the database's owner does */
export function entriesOf(list: string, { ownsPublic }: { ownsPublic: boolean }): Entries {
  const owner: string[] = []
  const admin: string[] = []
  for (const line of list.split('\n')) {
    const entry = ENTRY.exec(line)?.[1]
    if (entry === undefined || COMMENT_ON_EXTENSION.test(entry)) continue
    const isServers = SYSTEM_RIGHTS.test(entry) || (PUBLIC_RIGHTS.test(entry) && !ownsPublic)
    ;(isServers ? admin : owner).push(line)
  }
  return { owner, admin }
}
