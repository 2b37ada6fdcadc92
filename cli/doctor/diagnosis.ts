/** One thing that was looked at. */
export interface Diagnosis {
  about: string
  /** look: it works, and somebody should know; unknown: it could not be asked */
  state: 'ok' | 'look' | 'wrong' | 'unknown'
  found: string
  /** what to do about it; SQL is for whoever may */
  cure?: string
}

export const ok = (about: string, found: string): Diagnosis => ({ about, state: 'ok', found })
export const look = (about: string, found: string, cure: string): Diagnosis => ({
  about,
  state: 'look',
  found,
  cure,
})
export const wrong = (about: string, found: string, cure: string): Diagnosis => ({
  about,
  state: 'wrong',
  found,
  cure,
})
export const notKnown = (about: string, found: string, cure: string): Diagnosis => ({
  about,
  state: 'unknown',
  found,
  cure,
})
