import * as real from '../../../../database/migrations/files.js'
import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** The first migration is never taken back. */
export default replacing(import.meta.url, '../../../../database/migrations/files.js', {
  readMigrations: (...given) => real.readMigrations(...given).filter(({ name }) => !name.includes('users')),
} satisfies Partial<typeof real>)
