import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { PhaseResult } from '../run/run-phase.js'
import { isGo } from '../run/verdict.js'
import { INPUTS, type InputName, type Inputs } from './inputs.js'

/** The last gate of a phase, with its inputs. */
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

/** Reads the gates that earlier starts saved. Returns none if the file is missing or invalid. */
export function readKept(folder: string): KeptGates {
  try {
    return schema.parse(JSON.parse(readFileSync(join(folder, KEPT_FILE), 'utf8'))) as unknown as KeptGates
  } catch {
    return {}
  }
}

/** Saves the last gate of a phase next to those of the other phases. */
export function keepGate(folder: string, gate: KeptGate): void {
  write(folder, { ...readKept(folder), [gate.result.phase]: gate })
}

/**
 * Deletes the gate of a phase before it is run again: if that run ends without a verdict, no older GO counts.
 */
export function forgetGate(folder: string, phase: number): void {
  const { [phase]: _, ...others } = readKept(folder)
  write(folder, others)
}

function write(folder: string, kept: KeptGates): void {
  const file = join(folder, KEPT_FILE)
  // Written by renaming: a killed start leaves the whole file, old or new.
  writeFileSync(`${file}.new`, `${JSON.stringify(kept)}\n`)
  renameSync(`${file}.new`, file)
}

/** Returns the phases whose saved gate was a GO. */
export function phasesPassed(folder: string): number[] {
  return Object.values(readKept(folder))
    .filter(({ result }) => result.go && isGo(result.checks))
    .map(({ result }) => result.phase)
    .sort((a, b) => a - b)
}

/**
 * Returns why the gate of a phase must run, or null if its last GO counts because its inputs are unchanged. A
 * waived check counts while the same waivers are valid.
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

/** Returns the inputs of a gate; an input that changed while the gate ran is unknown. */
export function steadyInputs(before: Inputs, after: Inputs): Inputs {
  const entries = Object.entries(before) as [InputName, string | null][]
  return Object.fromEntries(
    entries.map(([name, print]) => [name, print === after[name] ? print : null]),
  ) as Inputs
}

const inWords = (names: readonly InputName[]) => names.map((name) => INPUTS[name]).join(', ')
