import type { Config } from '../../../src/config/config.js'
import type { AppOptions } from '../../gate/gate.js'
import demoLogin from '../../gate/mutants/demo-login.js'

/**
 * Options for a start in production, below phase 4, of an app with a demo login. Another check proves that
 * such a start is refused.
 */
export const besideDemo = ({ demo }: Pick<Config, 'demo'>): Pick<AppOptions, 'replace'> =>
  demo ? { replace: [demoLogin.open] } : {}
