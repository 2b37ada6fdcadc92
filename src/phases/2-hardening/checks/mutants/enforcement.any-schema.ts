import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../../6-isolation/enforcement.js'

/** The app may change its schema as it starts, in production too. */
export default replacing(import.meta.url, '../../../6-isolation/enforcement.js', {
  enforce(what) {
    const { schemaChange: _, ...connection } = what?.connection ?? ({} as never)
    real.enforce(what && { ...what, connection })
  },
} satisfies Partial<typeof real>)
