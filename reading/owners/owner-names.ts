import { type Config, isOwned } from '../../src/config/config.js'
import type { Node } from '../syntax/tree.js'

const USUAL = ['userid', 'ownerid', 'authorid', 'accountid', 'createdby', 'uid']

/** The names an app uses for the owner of a row, and the owner's id as its code would write it. */
export interface OwnerNames {
  /** whether a name (`user_id`, `userId`, `threads.user_id`, `DEFAULT_USER_ID`) means the owner of a row */
  isOwner(name: string): boolean
  /** whether a node is the owner's id as a literal */
  isOwnerId(node: Node | null): boolean
  /** the owner's id as text */
  id: string
  users: Config['users']
  /** whether a name means the users table or its model: `users`, `User` */
  isUsers(name: string): boolean
}

export function ownerNames(config: Config): OwnerNames {
  const names = new Set(USUAL)
  for (const table of Object.values(config.tables)) if (isOwned(table)) names.add(plain(table.owner))
  const id = String(config.owner.id)
  const users = singular(config.users.table)
  return {
    id,
    users: config.users,
    isOwner(name) {
      const last = plain(name.split('.').at(-1)!)
      return [...names].some(
        (one) => last === one || (last.length > one.length && /user|owner/.test(one) && last.endsWith(one)),
      )
    },
    isOwnerId: (node) =>
      (node?.type === 'NumericLiteral' || node?.type === 'StringLiteral') && String(node.value) === id,
    isUsers: (name) => singular(name) === users,
  }
}

const plain = (name: string) => name.toLowerCase().replaceAll('_', '')
const singular = (name: string) => plain(name.split('.').at(-1)!).replace(/s$/, '')
