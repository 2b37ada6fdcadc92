import { randomBytes } from 'node:crypto'
import type { UserId } from '../../../../../src/core/context.js'
import * as real from '../../../../../src/phases/4-auth/without-login/link-owner.js'
import { replacing } from '../../../../gate/replace/replacing.js'

const anAddress = () => `127.${[...randomBytes(3)].join('.')}`

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/without-login/link-owner.js', {
  /** A secret opens the rows of another user than its owner. */
  another: {
    linkOwner(kit) {
      const { table, id } = kit.config.users
      const ownerOf = real.linkOwner(kit)
      return async (req, asked) => {
        const owner = await ownerOf(req, asked)
        const other = await kit
          .db(table)
          .whereNot(id, owner)
          .orderBy(id, 'desc')
          .first<Record<string, UserId>>(id)
        return other?.[id] ?? owner
      }
    },
  },
  /** Every secret is the owner's. */
  anySecret: {
    linkOwner: (kit) => async () => kit.config.owner.id,
  },
  /** Every request comes from another address. */
  unlimited: {
    linkOwner(kit) {
      const ownerOf = real.linkOwner(kit)
      return (req, asked) =>
        ownerOf(Object.create(req, { socket: { value: { remoteAddress: anAddress() } } }), asked)
    },
  },
} satisfies Record<string, Partial<typeof real>>)
