import * as real from '../../../src/wrap.js'
import { replacing } from '../replace/replacing.js'

/** The port of PORT is not taken. */
export default replacing(import.meta.url, '../../../src/wrap.js', {
  usertwo(app, config) {
    const wrapped = real.usertwo(app, config)
    const { listen } = wrapped
    return Object.assign(wrapped, { listen: (_port?: number, host?: string) => listen(0, host) })
  },
} satisfies Partial<typeof real>)
