import { hkdfSync } from 'node:crypto'
import type { UserId } from '../../../core/context.js'
import { openText, SEAL_KEY_BYTES, sealText } from '../sealed-text.js'

const NAME_BYTES = 6

/** A secret was encrypted with a key that this process does not have. Holds nothing of it. */
export class UnknownKey extends Error {
  constructor() {
    super(
      'a second factor is encrypted with another JWT_SECRET; set JWT_SECRET_BEFORE to that one, or run: usertwo users factors WHO --reset',
    )
    this.name = 'UnknownKey'
  }
}

/** Encrypts what is kept of a user: AES-256-GCM, bound to the user, with a key derived from the deployment's secret. */
export interface SecretBox {
  /** name of the key that new texts are encrypted with; says nothing about the secret */
  current: string
  seal(text: string, user: UserId): string
  /** @throws UnknownKey; an Error where the text was changed or belongs to another user */
  open(sealed: string, user: UserId): string
  /** Whether a text can be opened, by the name of its key. */
  knows(sealed: string): boolean
}

interface BoxKey {
  name: string
  key: Buffer
}

const keyOf = (secret: string): BoxKey => {
  const derived = (what: string, bytes: number) => Buffer.from(hkdfSync('sha256', secret, '', what, bytes))
  return {
    name: derived('usertwo factor key name', NAME_BYTES).toString('base64url'),
    key: derived('usertwo factor', SEAL_KEY_BYTES),
  }
}

/** @param before the secret that was there before: its texts are read, and none is encrypted with it */
export function secretBox(secret: string, before?: string): SecretBox {
  const now = keyOf(secret)
  const all = [now, ...(before === undefined ? [] : [keyOf(before)])]
  const named = (sealed: string) => all.find(({ name }) => name === sealed.split('.', 1)[0])
  return {
    current: now.name,
    knows: (sealed) => named(sealed) !== undefined,
    seal(text, user) {
      return `${now.name}.${sealText(text, { key: now.key, boundTo: boundTo(user) })}`
    },
    open(sealed, user) {
      const found = named(sealed)
      if (!found) throw new UnknownKey()
      return openText(sealed.slice(found.name.length + 1), { key: found.key, boundTo: boundTo(user) })
    },
  }
}

const boundTo = (user: UserId) => Buffer.from(`usertwo totp ${user}`, 'utf8')
