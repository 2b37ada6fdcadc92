import { replacing } from '../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../src/phases/4-auth/next-path.js', {
  /** After the login any URL is accepted. */
  anywhere: {
    nextPath: (given) => (typeof given === 'string' ? given : '/'),
  },
} satisfies Record<string, Partial<typeof import('../../../../src/phases/4-auth/next-path.js')>>)
