import { readFileSync } from 'node:fs'

/** Keeps the configuration that replaces the app's own until the gate's mutant of `parseConfig` reads it. */
export function giveConfig(file: string): void {
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
  Object.defineProperty(globalThis, Symbol.for('usertwo.gate.config'), { value })
}
