import * as real from '../../../src/phases/6-isolation/start/enforcement.js'
import { replacing } from '../replace/replacing.js'

export default replacing(import.meta.url, '../../../src/phases/6-isolation/start/enforcement.js', {
  /** The app may change its schema at its start, even in production. */
  anySchema: {
    enforce(what) {
      const { schemaChange: _, ...connection } = what?.connection ?? ({} as never)
      real.enforce(what && { ...what, connection })
    },
  },
} satisfies Record<string, Partial<typeof real>>)
