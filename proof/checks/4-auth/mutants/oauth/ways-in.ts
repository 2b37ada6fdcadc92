import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/factors/ways-in.js', {
  /** The only way into an account is removed too. */
  none: {
    async removeWayIn(_trx, _kit, _of, remove) {
      await remove()
      return true
    },
  },
} satisfies Record<string, Partial<typeof import('../../../../../src/phases/4-auth/factors/ways-in.js')>>)
