import type { Check, Mutation } from '../check.js'
import { replay } from './replay.js'

/** The check every phase has: whatever it adds, the owner is answered as before. */
export function baselineCheck(phase: string, mutations: Check['mutations']): Check {
  return {
    id: `${phase}.baseline`,
    title: 'The owner is answered as at the beginning, but for what the phases have declared',
    proves: ['P10', 'I3'],
    fix: 'A wanted difference is declared in the phase; an unwanted one is a defect of the layer that makes it.',
    timeout: 120_000,
    run: (gate) => replay(gate),
    mutations,
  }
}

/** The app itself answers one route otherwise. */
export function changedAnswer(file: string, find: string, replace: string): Mutation {
  return { name: `the app answers otherwise (${file})`, by: { edit: [{ file, find, replace }] } }
}
