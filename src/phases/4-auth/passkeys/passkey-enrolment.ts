import { randomBytes, randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { Person, UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'
import { removeWayIn } from '../factors/ways-in.js'
import { noticed } from '../links/noticed.js'
import { signedIn } from '../sessions/signed-in.js'
import { API_TEXTS } from '../words/en-api.js'
import type { CreatedCredential } from './passkey-bodies.js'
import { type MadeCredential, passkeyLibrary } from './passkey-library.js'
import { passkeyParts } from './passkey-parts.js'
import {
  addPasskeyRow,
  credentialsOf,
  type PasskeyShown,
  passkeysOf,
  removePasskeyRow,
  renamePasskeyRow,
} from './passkey-rows.js'

/** How many passkeys a user may have. */
const MOST = 20
const DEFAULT_NAME = 'Passkey'

const START_AGAIN = API_TEXTS['refused.passkey_again']
const TAKEN = API_TEXTS['refused.passkey_taken']
const TOO_MANY = API_TEXTS['refused.passkeys_many']
const LAST = API_TEXTS['refused.passkey_last']

export interface PasskeyEnrolment {
  /** What the browser needs to make a passkey, in JSON; its challenge waits 5 minutes. @throws Problem `invalid_request` */
  begin(req: Incoming, res: ServerResponse): Promise<object>
  /** Adds the passkey that the browser made. @throws Problem `invalid_request`; `already_exists` */
  add(req: Incoming, credential: CreatedCredential, name?: string): Promise<PasskeyShown>
  list(req: Incoming): Promise<PasskeyShown[]>
  /** False: the user has no such passkey. */
  rename(req: Incoming, id: string, name: string): Promise<boolean>
  /** False: the user has no such passkey. @throws Problem `invalid_request` where it is the only way in */
  remove(req: Incoming, id: string): Promise<boolean>
}

/** Adds, names and removes passkeys of the current user. Callers see to it that the login is recent. */
export function passkeyEnrolment(kit: Kit): PasskeyEnrolment {
  const { db } = kit
  const { rp, ask } = passkeyParts(kit)
  return {
    async begin(req, res) {
      const person = signedIn(kit, req)
      const known = await credentialsOf(db, person.id)
      if (known.length >= MOST) throw new Problem('invalid_request', TOO_MANY)
      const handle = known[0]?.userHandle ?? randomBytes(32).toString('base64url')
      const challenge = await ask(req, res, { user: person.id, handle })
      const { creationOptions } = await passkeyLibrary()
      return creationOptions({ challenge, rp }, { handle, name: nameOfUser(person), known })
    },
    add: adding(kit),
    list: (req) => passkeysOf(db, signedIn(kit, req).id),
    rename: (req, id, name) => renamePasskeyRow(db, signedIn(kit, req).id, id, name),
    remove: removing(kit),
  }
}

const nameOfUser = ({ id, email, username }: Person) => email ?? username ?? String(id)

function adding(kit: Kit): PasskeyEnrolment['add'] {
  const { clock } = kit
  const { rp, answered } = passkeyParts(kit)

  async function made(req: Incoming, user: UserId, credential: CreatedCredential) {
    const answer = await answered(req, credential.response.clientDataJSON, user)
    if (answer?.handle == null) return null
    const { created } = await passkeyLibrary()
    const found: MadeCredential | null = await created(credential, { ...answer, rp })
    return found && { ...found, userHandle: answer.handle }
  }

  return async (req, credential, name = DEFAULT_NAME) => {
    const { id: userId } = signedIn(kit, req)
    const found = await made(req, userId, credential)
    if (!found) throw new Problem('invalid_request', START_AGAIN)
    const passkey = { ...found, id: randomUUID(), userId, name, createdAt: clock.now() }
    await noticed(kit, req, { event: 'passkey_added', user: userId }, async (trx) => {
      if (!(await addPasskeyRow(trx, passkey))) throw new Problem('already_exists', TAKEN)
    })
    const { id, createdAt: created_at, isBackedUp: backed_up } = passkey
    return { id, name, created_at, last_used_at: null, backed_up }
  }
}

function removing(kit: Kit): PasskeyEnrolment['remove'] {
  const { db } = kit
  return async (req, id) => {
    const { id: user } = signedIn(kit, req)
    if (!(await passkeysOf(db, user)).some((one) => one.id === id)) return false
    return noticed(kit, req, { event: 'passkey_removed', user }, (trx) =>
      removeWayIn(trx, kit, { user, last: LAST }, () => removePasskeyRow(trx, user, id)),
    )
  }
}
