import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/factors/secret-box.js', {
  /** What is to be encrypted is kept as it is. */
  open: {
    secretBox: () => ({
      current: 'none',
      seal: (text) => `none.${text}`,
      open: (sealed) => sealed.slice('none.'.length),
      knows: () => true,
    }),
  },
} satisfies Record<string, Partial<typeof import('../../../../../src/phases/4-auth/factors/secret-box.js')>>)
