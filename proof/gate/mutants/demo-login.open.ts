import { replacing } from '../replace/replacing.js'

/** A demo login is of no concern, wherever the app runs. */
export default replacing(import.meta.url, '../../../src/config/demo-login.js', {
  refuseDemoLogin: () => {},
} satisfies Partial<typeof import('../../../src/config/demo-login.js')>)
