/** What an app loads when it imports the package. */
export const ENTRIES = ['src/index.ts', 'src/worker.ts']

/**
 * The most lines that an import may load at once. Lines loaded on first use are not counted; they must not be tools either.
 * A coarse guard against loading something large by accident: what a start costs is measured by `npm run bench -- start`.
 */
export const LINES = 19_000

/** What only proves, attacks, records or shows. */
export const TOOLS = /^(?!src\/)/
