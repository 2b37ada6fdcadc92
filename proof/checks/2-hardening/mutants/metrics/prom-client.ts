import type { Counter, Gauge, Histogram } from '../../../../../src/metrics/prom-client.js'
import { replacing } from '../../../../gate/replace/replacing.js'

const names = new Set<string>()

class Named implements Counter, Gauge, Histogram {
  constructor({ name }: { name: string }) {
    names.add(name)
  }
  inc(): void {}
  observe(): void {}
  reset(): void {}
  set(): void {}
}

export default replacing(import.meta.url, '../../../../../src/metrics/prom-client.js', {
  /** The part of prom-client that an app without it needs to have metrics. */
  copied: {
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
      Gauge: Named,
    }),
  },
} satisfies Record<string, Partial<typeof import('../../../../../src/metrics/prom-client.js')>>)
