import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** After the login any address will do. */
export default replacing(import.meta.url, '../../../4-auth/next-path.js', {
  nextPath: (given) => (typeof given === 'string' ? given : '/'),
} satisfies Partial<typeof import('../../../4-auth/next-path.js')>)
