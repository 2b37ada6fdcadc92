import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** After the login any address will do. */
export default replacing(import.meta.url, '../../next-path.js', {
  nextPath: (given) => (typeof given === 'string' ? given : '/'),
} satisfies Partial<typeof import('../../next-path.js')>)
