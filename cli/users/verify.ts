import type { Knex } from 'knex'
import type { UserId } from '../../src/core/context.js'
import { verifyByHand } from '../../src/phases/4-auth/links/verify-email.js'
import { assertSchema } from '../claimed.js'
import { EXIT } from '../command.js'

/** Marks the address of a user as confirmed, on the operator's word. */
export async function verifyUser(db: Knex, user: UserId): Promise<number> {
  await assertSchema(db, 'links')
  await verifyByHand(db, user)
  console.log(`User ${user} can log in: their address is taken as confirmed.`)
  return EXIT.go
}
