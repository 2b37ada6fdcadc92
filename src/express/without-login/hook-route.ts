import type { Config } from '../../config/config.js'
import { sentPath } from '../path.js'
import { patternsOf } from '../pattern.js'

type Hook = NonNullable<Config['routes']['hooks']>[string]

/** One entry of `routes.hooks`. */
export interface HookRoute extends Hook {
  /** as written: `POST /webhooks/payments` */
  text: string
  method: string
  path: string
}

/**
 * Reads `routes.hooks`.
 * @throws ConfigError with every invalid pattern
 */
export function hookRoutes(config: Config): HookRoute[] {
  const hooks = Object.entries(config.routes.hooks ?? {})
  return patternsOf(config, 'routes.hooks').map(({ method, path }, at) => {
    const [text, hook] = hooks[at]!
    return { ...hook, text, method: method!, path }
  })
}

/** Finds the hook that a request is for; the path is compared as it was sent, byte by byte, as public routes are. */
export function askedHook(
  config: Config,
): (req: { method?: string | undefined }, target: string) => HookRoute | null {
  const hooks = new Map(hookRoutes(config).map((hook) => [`${hook.method} ${hook.path}`, hook]))
  return ({ method }, target) => hooks.get(`${method} ${sentPath(target)}`) ?? null
}
