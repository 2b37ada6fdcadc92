// Imported first, because later modules may take classes out of Node's modules.
import './phases/6-isolation/drivers/at-import.js'

export { type Config, type ConfigInput, defineConfig } from './config/config.js'
export { ConfigError } from './core/config-error.js'
export { asSystem, asUser, currentUser, currentUserId, type Person, type UserId } from './core/context.js'
export { ScopeError, type ScopeErrorCode } from './core/scope-error.js'
export { sendUpload, type Upload } from './express/send-upload.js'
export { cspNonce } from './phases/2-hardening/answers/csp-nonce.js'
export {
  type RouteGuard,
  requirePermission,
  requireRole,
  requireScope,
} from './phases/4-auth/access/require.js'
export { type ForEachUserOptions, forEachUser, type Round } from './phases/6-isolation/jobs/for-each-user.js'
export { asInjectedUser, bindUser, injectUser, type OfUser } from './phases/6-isolation/jobs/job.js'
export { scope } from './scope.js'
export { startWorker, type WorkerProcess } from './worker.js'
export { usertwo, type Wrapped } from './wrap.js'
