import type { Counted } from '../../phases/6-isolation/tally/tally.js'

/** What the gate may ask of the process it has started. */
export interface Answers {
  /** the app's routes, as it registered them */
  routes: { method: string; path: string; at: string }[]
  /** the folders the app serves as they lie there, by `express.static`: at which address, and which folder */
  folders: { at: string; folder: string }[]
  /** whether a knex handle was given to `scope(db)`, and so has the query layer */
  queryLayer: boolean
  /** the statements since the last time, with the rows each returned or changed; null: there is no `pg` to look at */
  statements: { text: string; rows: number }[] | null
  /** what the isolation layers did so far */
  tally: Counted[]
}

/** Tells the gate, whenever it asks. */
export function answer<Name extends keyof Answers>(name: Name, now: () => Answers[Name]): void {
  process.on('message', (message) => {
    if (message === name) process.send?.({ [name]: now() })
  })
  // The channel must not keep an app alive that would otherwise end.
  process.channel?.unref()
}
