import type { Config } from '../../../src/config/config.js'
import type { AppOptions } from '../../gate/gate.js'
import demoLogin from '../../gate/mutants/demo-login.js'

/** A start in production, below phase 4, of an app with a demo login: that it is refused for that is another check. */
export const besideDemo = ({ demo }: Pick<Config, 'demo'>): Pick<AppOptions, 'replace'> =>
  demo ? { replace: [demoLogin.open] } : {}
