import { replacing } from '../replace/replacing.js'

export default replacing(import.meta.url, '../../../src/config/demo-login.js', {
  /** A demo login is of no concern, wherever the app runs. */
  open: {
    refuseDemoLogin: () => {},
  },
} satisfies Record<string, Partial<typeof import('../../../src/config/demo-login.js')>>)
