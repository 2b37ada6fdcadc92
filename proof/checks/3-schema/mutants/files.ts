import * as real from '../../../../src/database/migrations/files.js'
import { replacing } from '../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../src/database/migrations/files.js', {
  /** The first migration is never undone. */
  butUsers: {
    readMigrations: (...given) => real.readMigrations(...given).filter(({ name }) => !name.includes('users')),
  },
} satisfies Record<string, Partial<typeof real>>)
