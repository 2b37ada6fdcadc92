import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/factors/secret-box.js', {
  /** Secrets are stored unencrypted. */
  open: {
    secretBox: () => ({
      current: 'none',
      seal: (text) => `none.${text}`,
      open: (sealed) => sealed.slice('none.'.length),
      knows: () => true,
    }),
  },
} satisfies Record<string, Partial<typeof import('../../../../../src/phases/4-auth/factors/secret-box.js')>>)
