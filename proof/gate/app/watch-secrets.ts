import type { Config } from '../../../src/config/config.js'
import { readPath } from '../../../src/express/path.js'
import { classifier } from '../../../src/phases/2-hardening/routes.js'
import type { Evidence } from '../check.js'
import { plantedIn, secretEvidence } from '../people/planted.js'
import type { StartedTarget } from './target.js'

/** Searches every answer to a check for secrets, whatever the check requests. */
export interface SecretWatch {
  /** one finding per secret and route */
  leaked: readonly Evidence[]
  over(target: StartedTarget, env: Readonly<Record<string, string>>): StartedTarget
}

/**
 * Routes for debugging and operations may show their environment. Another check proves who can reach them.
 */
export function watchSecrets(config: Config): SecretWatch {
  const { classOf } = classifier(config)
  const leaked: Evidence[] = []
  const known = new Set<string>()
  return {
    leaked,
    over(target, env) {
      const planted = plantedIn(env, config.app.env)
      return {
        ...target,
        async ask(method, path, how) {
          const answer = await target.ask(method, path, how)
          for (const one of secretEvidence(target.url, [method, path, how], answer, planted)) {
            if (known.has(one.what) || classOf(method, readPath(path), true) !== 'open') continue
            known.add(one.what)
            leaked.push(one)
          }
          return answer
        },
      }
    },
  }
}
