/**
 * The folders of TypeScript that are compiled to `dist/`. Each imports from those before it, and `src` from
 * none: the runtime, the reader of sources, the proofs, the command line, and files that are not packed.
 */
export const TREES = ['src', 'reading', 'proof', 'cli', 'lab']
