import { replacing } from '../replace/replacing.js'

export default replacing(import.meta.url, '../../../src/config/demo-login.js', {
  /** A demo login is accepted in every environment. */
  open: {
    refuseDemoLogin: () => {},
  },
} satisfies Record<string, Partial<typeof import('../../../src/config/demo-login.js')>>)
