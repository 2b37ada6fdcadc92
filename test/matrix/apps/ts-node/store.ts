import * as kept from '../pg/store.js'

/**
 * What differs between the loaders is how a module is found, so that the SQL need not stand here once more.
 */
export = { ...kept, stats: (): Promise<unknown> => kept.stats() }
