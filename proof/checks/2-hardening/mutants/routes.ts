import * as real from '../../../../src/phases/2-hardening/routes.js'
import { replacing } from '../../../gate/replace/replacing.js'

const closed = (patterns: string[]) => patterns.map((one) => one.replace(/^!/, ''))

export default replacing(import.meta.url, '../../../../src/phases/2-hardening/routes.js', {
  /** An exception is forgotten: its path is closed like the routes around it. */
  noExceptions: {
    classifier({ routes, ...config }) {
      const { debug, ops } = routes
      return real.classifier({ ...config, routes: { ...routes, debug: closed(debug), ops: closed(ops) } })
    },
  },
} satisfies Record<string, Partial<typeof real>>)
