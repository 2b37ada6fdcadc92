/** One thing that was looked at. */
export interface Diagnosis {
  about: string
  /** look: it works, but is worth a look; unknown: it could not be checked */
  state: 'ok' | 'look' | 'wrong' | 'unknown'
  found: string
  /** what to do about it; SQL is for an administrator */
  fix?: string
}

export const ok = (about: string, found: string): Diagnosis => ({ about, state: 'ok', found })
export const look = (about: string, found: string, fix: string): Diagnosis => ({
  about,
  state: 'look',
  found,
  fix,
})
export const wrong = (about: string, found: string, fix: string): Diagnosis => ({
  about,
  state: 'wrong',
  found,
  fix,
})
export const notKnown = (about: string, found: string, fix: string): Diagnosis => ({
  about,
  state: 'unknown',
  found,
  fix,
})
