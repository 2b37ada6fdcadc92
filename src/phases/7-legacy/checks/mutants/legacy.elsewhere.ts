import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../legacy.js'

const ELSEWHERE = { redirect: '/usertwo-elsewhere' }

/** Redirects lead elsewhere. */
export default replacing(import.meta.url, '../../legacy.js', {
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
