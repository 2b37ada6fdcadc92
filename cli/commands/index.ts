import type { Command } from '../command.js'

/**
 * What `usertwo` can do, in the order of its help. Each is loaded when it is called: all of them take longer than most
 * of them run, and what proves is not to stand beside an app in production.
 */
export const COMMANDS: Record<string, () => Promise<Command>> = {
  scan: async () => (await import('./scan.js')).scan,
  init: async () => (await import('./init.js')).init,
  fix: async () => (await import('./fix.js')).fix,
  status: async () => (await import('./status.js')).status,
  doctor: async () => (await import('./doctor.js')).doctor,
  inventory: async () => (await import('./inventory.js')).inventory,
  baseline: async () => (await import('./baseline.js')).baseline,
  gate: async () => (await import('./gate.js')).gate,
  test: async () => (await import('./test.js')).test,
  migrate: async () => (await import('./migrate.js')).migrate,
  backup: async () => (await import('./backup.js')).backup,
  restore: async () => (await import('./restore.js')).restore,
  claim: async () => (await import('./people/claim.js')).claim,
  invite: async () => (await import('./people/invite.js')).invite,
  owner: async () => (await import('./people/owner.js')).owner,
  users: async () => (await import('./people/users.js')).users,
  sessions: async () => (await import('./people/sessions.js')).sessions,
  audit: async () => (await import('./people/audit.js')).audit,
  tokens: async () => (await import('./people/tokens.js')).tokens,
  keys: async () => (await import('./keys.js')).keys,
  smoke: async () => (await import('./smoke.js')).smoke,
  rollout: async () => (await import('./rollout.js')).rollout,
  backout: async () => (await import('./backout.js')).backout,
  run: async () => (await import('./run.js')).run,
}

/** Names that a command had in an earlier version, which it still answers to. */
export const FORMER_NAMES: Readonly<Record<string, string>> = { check: 'scan' }
