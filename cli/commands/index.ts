import type { Command } from '../command.js'
import type { CommandName } from '../declared/index.js'

/**
 * The commands of `usertwo`. Each is loaded only when it is called: loading all of them takes longer than
 * most of them run, and code that only proves must not be loaded next to an app in production.
 */
export const COMMANDS: Record<CommandName, () => Promise<{ command: Command }>> = {
  scan: () => import('./scan.js'),
  init: () => import('./init.js'),
  fix: () => import('./fix.js'),
  status: () => import('./status.js'),
  doctor: () => import('./doctor.js'),
  inventory: () => import('./inventory.js'),
  baseline: () => import('./baseline.js'),
  gate: () => import('./gate.js'),
  verdict: () => import('./pipeline/verdict.js'),
  ci: () => import('./ci.js'),
  test: () => import('./test.js'),
  migrate: () => import('./migrate.js'),
  backup: () => import('./backup.js'),
  restore: () => import('./restore.js'),
  claim: () => import('./people/claim.js'),
  invite: () => import('./people/invite.js'),
  owner: () => import('./people/owner.js'),
  users: () => import('./people/users.js'),
  sessions: () => import('./people/sessions.js'),
  audit: () => import('./people/audit.js'),
  tokens: () => import('./people/tokens.js'),
  keys: () => import('./keys.js'),
  smoke: () => import('./smoke.js'),
  deploy: () => import('./deploy.js'),
  rollout: () => import('./rollout.js'),
  backout: () => import('./backout.js'),
  run: () => import('./run.js'),
}
