/**
 * The folders of TypeScript that are compiled to `dist/`. Each imports from those before it, and `src` from none: what
 * runs with an app, what reads its sources, what proves it, the command line, and what is not packed.
 */
export const TREES = ['src', 'reading', 'proof', 'cli', 'lab']
