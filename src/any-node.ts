// The module behind `import 'usertwo'` where the resolver does not know the condition `module-sync`: Node
// before 20.19, and bundlers. The modules behind index.js use exports of Node and of packages that an old
// Node lacks, which would be a SyntaxError before any of them runs. So the version is checked first.
import { refuseOldNode } from './core/supported-node.js'

refuseOldNode()

export const {
  ConfigError,
  ScopeError,
  asInjectedUser,
  asSystem,
  asUser,
  bindUser,
  cspNonce,
  currentUser,
  currentUserId,
  defineConfig,
  forEachUser,
  injectUser,
  requirePermission,
  requireRole,
  requireScope,
  scope,
  sendUpload,
  startWorker,
  usertwo,
} = await import('./index.js')
