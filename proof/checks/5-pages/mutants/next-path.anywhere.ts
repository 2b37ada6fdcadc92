import { replacing } from '../../../gate/replace/replacing.js'

/** After the login any address will do. */
export default replacing(import.meta.url, '../../../../src/phases/4-auth/next-path.js', {
  nextPath: (given) => (typeof given === 'string' ? given : '/'),
} satisfies Partial<typeof import('../../../../src/phases/4-auth/next-path.js')>)
