import * as real from '../../../../src/database/migrations/files.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** The first migration is never taken back. */
export default replacing(import.meta.url, '../../../../src/database/migrations/files.js', {
  readMigrations: (...given) => real.readMigrations(...given).filter(({ name }) => !name.includes('users')),
} satisfies Partial<typeof real>)
