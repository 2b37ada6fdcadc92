import { shared } from '../../../src/core/process/store.js'
import * as real from '../../../src/layers.js'
import { LAYERED, type Layered } from '../../gate/preload/traffic.js'
import { replacing } from '../../gate/replace/replacing.js'

const { requests } = shared<Layered>(LAYERED, () => ({ requests: new WeakSet() }))

/** Marks requests as they enter the layers: a test whose requests never did has shown nothing. */
export default replacing(import.meta.url, '../../../src/layers.js', {
  marking: {
    layered(...given: Parameters<typeof real.layered>) {
      const listener = real.layered(...given)
      return (req: Parameters<typeof listener>[0], res: Parameters<typeof listener>[1]) => {
        requests.add(req)
        listener(req, res)
      }
    },
  },
} satisfies Record<string, Partial<typeof real>>)
