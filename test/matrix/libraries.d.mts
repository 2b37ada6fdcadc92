export interface Attack {
  requests: number
  /** own rows, answered 200 with the row */
  own: number
  /** rows of the other user, answered 200 with the row */
  foreign: number
  /** own rows, answered 404, or 200 without a row */
  ownMissing: number
  /** foreign and missing ids, answered so */
  refused: number
  /** any other status */
  other: number
  /** what was wrong when both users wrote one setting, in words */
  settings: string[]
}

export const LIBRARY_APPS: string[]
export function installLibraries(): void
export function layLibrary(name: string): Promise<{ folder: string; remove(): void }>
export function layOtherDrivers(): { folder: string; remove(): void }
export function libraryFacts(name: string): Promise<LibraryFacts>
export function adopted(
  folder: string,
  facts: LibraryFacts,
  ...options: string[]
): Promise<{ wrong: string[]; attack?: Attack | null }>
export function attackedAtOnce(
  folder: string,
  facts: Pick<LibraryFacts, 'rows' | 'settings'> & { lists?: string; items?: string },
): Promise<Attack>
export function gatedWithLeaks(folder: string, facts: LibraryFacts): Promise<string[]>
export function playedLibrary(
  name: string,
  ...options: string[]
): Promise<{ wrong: string[]; attack?: Attack | null }>

interface Edit {
  file: string
  from: string
  to: string
}

interface LibraryFacts {
  database: RegExp
  /** what the configuration that init writes must hold */
  configured?: RegExp
  scanned: RegExp
  rows: Record<string, string>
  /** whether it has settings, by their key */
  settings?: boolean
  /** what `init --run` refuses; without an edit that it asks for, the app is refused */
  run?: { refused: RegExp; edit?: Edit }
  /** what init asks to be looked at */
  points?: RegExp
  /** what gate 6 says before these edits */
  unanswered?: RegExp
  /** edits after init, of the app, the configuration and the drive */
  after?: Edit[]
  /** checks that name leaks, besides those of rows */
  leakChecks?: string
  leaks: Record<string, Edit | Edit[]>
}
