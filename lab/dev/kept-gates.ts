import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { PhaseResult } from '../../proof/gate/run/run-phase.js'
import { isGo } from '../../proof/gate/run/verdict.js'
import { INPUTS, type InputName, type Inputs } from './inputs.js'

/** The last gate of a phase, with what it read. */
export interface KeptGate {
  /** when it ended */
  at: string
  inputs: Inputs
  result: PhaseResult
}
export type KeptGates = Readonly<Record<number, KeptGate>>

export const KEPT_FILE = 'phases.json'

const schema = z.record(
  z.string().regex(/^[1-8]$/),
  z.looseObject({
    at: z.iso.datetime(),
    inputs: z.record(z.string(), z.string().nullable()),
    result: z.looseObject({
      phase: z.number(),
      go: z.boolean(),
      checks: z.array(z.looseObject({ id: z.string(), verdict: z.string() })).min(1),
    }),
  }),
)

/** Reads what earlier starts kept; of a file that is missing or not understood nothing counts. */
export function readKept(folder: string): KeptGates {
  try {
    return schema.parse(JSON.parse(readFileSync(join(folder, KEPT_FILE), 'utf8'))) as unknown as KeptGates
  } catch {
    return {}
  }
}

/** Keeps the last gate of a phase beside those of the others. */
export function keepGate(folder: string, gate: KeptGate): void {
  write(folder, { ...readKept(folder), [gate.result.phase]: gate })
}

/**
 * Forgets the gate of a phase before it is run again: if that run ends without a verdict, no older GO counts.
 */
export function forgetGate(folder: string, phase: number): void {
  const { [phase]: _, ...others } = readKept(folder)
  write(folder, others)
}

function write(folder: string, kept: KeptGates): void {
  const file = join(folder, KEPT_FILE)
  // Renamed: a start that is killed leaves the whole file, old or new.
  writeFileSync(`${file}.new`, `${JSON.stringify(kept)}\n`)
  renameSync(`${file}.new`, file)
}

/** The phases whose kept gate was a GO. */
export function phasesPassed(folder: string): number[] {
  return Object.values(readKept(folder))
    .filter(({ result }) => result.go && isGo(result.checks))
    .map(({ result }) => result.phase)
    .sort((a, b) => a - b)
}

/**
 * Says why the gate of a phase is run; null: its last GO counts, since nothing it read has changed. A waived
 * check counts as long as the same waivers hold.
 */
export function whyRun(kept: KeptGate | undefined, now: Inputs): string | null {
  if (!kept) return 'no earlier gate is kept'
  if (!kept.result.go) return 'the last one was NO-GO'
  const open = kept.result.checks.filter((check) => !isGo([check])).map(({ id }) => id)
  if (open.length) return `not passed: ${open.join(', ')}`
  const names = Object.keys(INPUTS) as InputName[]
  const changed = names.filter((name) => (kept.inputs[name] ?? null) !== now[name])
  if (changed.length) return `changed: ${inWords(changed)}`
  const unknown = names.filter((name) => now[name] === null)
  return unknown.length ? `not readable: ${inWords(unknown)}` : null
}

/** The inputs of a gate. One that changed while the gate ran is unknown. */
export function steadyInputs(before: Inputs, after: Inputs): Inputs {
  const entries = Object.entries(before) as [InputName, string | null][]
  return Object.fromEntries(
    entries.map(([name, print]) => [name, print === after[name] ? print : null]),
  ) as Inputs
}

const inWords = (names: readonly InputName[]) => names.map((name) => INPUTS[name]).join(', ')
