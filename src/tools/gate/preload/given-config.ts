import { readFileSync } from 'node:fs'

/** Lays ready what stands in the place of the app's configuration; the gate's mutant of its reader takes it. */
export function giveConfig(file: string): void {
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
  Object.defineProperty(globalThis, Symbol.for('usertwo.gate.config'), { value })
}
