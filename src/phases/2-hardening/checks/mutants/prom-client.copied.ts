import type { Counter, Histogram } from '../../../../metrics/prom-client.js'
import { replacing } from '../../../../tools/gate/replace/replacing.js'

const names = new Set<string>()
class Named implements Counter, Histogram {
  constructor({ name }: { name: string }) {
    names.add(name)
  }
  inc(): void {}
  observe(): void {}
}

/** As much of prom-client as an app without it needs to have figures. */
export default replacing(import.meta.url, '../../../../metrics/prom-client.js', {
  promClient: () => ({
    register: {
      contentType: 'text/plain',
      metrics: async () => [...names].join('\n'),
      getMetricsAsArray: () => [],
      getSingleMetric: () => undefined,
      registerMetric: () => {},
      removeSingleMetric: () => {},
    },
    Counter: Named,
    Histogram: Named,
  }),
} satisfies Partial<typeof import('../../../../metrics/prom-client.js')>)
