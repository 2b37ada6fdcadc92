import * as real from '../../../../src/phases/7-legacy/legacy.js'
import { replacing } from '../../../gate/replace/replacing.js'

const ELSEWHERE = { redirect: '/usertwo-elsewhere' }

/** Redirects lead elsewhere. */
export default replacing(import.meta.url, '../../../../src/phases/7-legacy/legacy.js', {
  legacy(kit) {
    const { routes } = kit.config
    const legacy = Object.entries(routes.legacy).map(([route, answer]) => [
      route,
      typeof answer === 'object' ? ELSEWHERE : answer,
    ])
    const config = { ...kit.config, routes: { ...routes, legacy: Object.fromEntries(legacy) } }
    return real.legacy({ ...kit, config })
  },
} satisfies Partial<typeof real>)
