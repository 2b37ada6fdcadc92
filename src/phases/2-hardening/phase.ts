import type { Kit } from '../../core/kit.js'
import { whenClosed } from '../../express/closed.js'
import type { Handler } from '../../express/handler.js'
import { onceLoaded } from '../../express/once-loaded.js'
import { beginMetrics, measured } from '../../metrics/metrics.js'
import { redactConsole } from '../../redaction/console.js'
import { secretsInFlight } from '../../redaction/secrets-in-flight.js'
import { matched, outer, type Phase, param } from '../phase.js'
import { cleanErrors } from './answers/clean-errors.js'
import { isRefusedBody, noteRefusedBody } from './answers/refused-bodies.js'
import { schemaChange } from './answers/schema-change.js'
import { securityHeaders } from './answers/security-headers.js'
import { accessLog } from './requests/access-log.js'
import { strictCors } from './requests/cors.js'
import { deepBody } from './requests/deep-body.js'
import { opsGate } from './requests/ops-gate.js'
import { opsToken } from './requests/ops-token.js'
import { publicRateLimit } from './requests/rate-limit.js'
import { hardenServer, requestGuards } from './requests/request-guards.js'
import { requestId } from './requests/request-id.js'
import { hasBody, secretsOfBody, secretsOfHead } from './requests/secrets-of.js'

export const hardening: Phase = {
  number: 2,
  name: 'hardening',
  purpose: 'Nothing leaks by logs, headers, errors or back doors, while there is still one user.',
  needs: [1],
  layers: [
    outer(requestId),
    outer(maskSecretsInFlight),
    outer(accessLog),
    outer((kit) => measured(kit, 'time')),
    outer(securityHeaders),
    outer(strictCors),
    outer(requestGuards),
    outer(publicRateLimit),
    outer(opsToken),
    outer(cleanErrors),
    matched((kit) => measured(kit, 'pass')),
    matched(deepBody),
    matched(opsGate),
    param(opsGate),
  ],
  setup(kit) {
    const release = redactConsole()
    kit.onDispose(async () => release())
    kit.onServer(hardenServer)
    kit.onFailed(noteRefusedBody)
    // The error contains what was sent, and the answer's log line says that it was refused.
    kit.excuse(isRefusedBody)
    // In production the schema changes by migrations only.
    if (kit.settings.ENVIRONMENT === 'production') kit.schemaChange = schemaChange
    return {
      async load() {
        ;(await import('./start-checks.js')).logStartWarnings(kit)
        if (kit.settings.METRICS) await beginMetrics(kit)
      },
    }
  },
}

/**
 * Masks the secrets of each request by value, in everything the process prints while the request is served.
 * Reads the request as it came, before the login is removed from it for the app.
 */
function maskSecretsInFlight({ config }: Kit): Handler {
  if (!config.routes.links) return watching()
  return onceLoaded(
    () => import('../../express/without-login/link-route.js'),
    ({ linkSecrets }) => watching(linkSecrets(config)),
  )
}

/** @param inLink what may be the secret of a link in a URL */
function watching(inLink?: (url: string) => string[]): Handler {
  return function watchSecrets(req, res, next) {
    const found = secretsOfHead(req.url, req.rawHeaders)
    // The requests of a page at such an address name it.
    if (inLink) found.secrets.push(...inLink(req.url), ...inLink(req.headers.referer ?? ''))
    const releaseHead = secretsInFlight.hold(found)
    const releaseBody = hasBody(req) ? secretsInFlight.watch(() => secretsOfBody(req)) : undefined
    whenClosed(res, () => {
      releaseHead()
      releaseBody?.(secretsOfBody(req))
    })
    next()
  }
}
