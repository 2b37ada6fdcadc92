export interface Attack {
  requests: number
  /** own rows, answered 200 */
  own: number
  /** rows of the other user, answered 200 */
  foreign: number
  /** own rows, answered 404 */
  ownMissing: number
  /** foreign and missing ids, answered 404 */
  refused: number
  /** any other status */
  other: number
}

export const LIBRARY_APPS: string[]
export function installLibraries(): void
export function layLibrary(name: string): { folder: string; remove(): void }
export function libraryFacts(name: string): Promise<LibraryFacts>
export function adopted(
  folder: string,
  facts: LibraryFacts,
  ...options: string[]
): Promise<{ wrong: string[]; attack?: Attack }>
export function gatedWithLeaks(folder: string, facts: LibraryFacts): Promise<string[]>
export function playedLibrary(
  name: string,
  ...options: string[]
): Promise<{ wrong: string[]; attack?: Attack }>

interface LibraryFacts {
  database: RegExp
  scanned: RegExp
  rows: Record<string, string>
  run?: { refused: RegExp; edit: { file: string; from: string; to: string } }
  leaks: Record<string, { file: string; from: string; to: string }>
}
