/** The phases in their order. The dial (`USERTWO_PHASE`) is the number of the last one whose layers are on; 0: none. */
export const PHASES = [
  'inventory',
  'hardening',
  'schema',
  'auth',
  'client',
  'isolation',
  'legacy',
  'rollout',
] as const

export type PhaseName = (typeof PHASES)[number]

/** Whether the layers of a phase are on at this dial. */
export function isOn(phase: PhaseName, dial: number): boolean {
  return dial > PHASES.indexOf(phase)
}
