import * as real from '../../../../express/inner-app.js'
import { replacing } from '../../../../tools/gate/replace/replacing.js'

type Layer = ReturnType<typeof real.routerOf>['stack'][number]

/** The app has lost every route that answers no GET, in mounted routers too. */
export default replacing(import.meta.url, '../../../../express/inner-app.js', {
  asInnerApp(app) {
    const inner = real.asInnerApp(app)
    onlyReading(real.routerOf(inner).stack)
    return inner
  },
} satisfies Partial<typeof real>)

function onlyReading(stack: Layer[]): void {
  for (let at = stack.length; at-- > 0; ) {
    const { route, handle } = stack[at]!
    const { methods } = (route ?? {}) as { methods?: { get?: boolean; _all?: boolean } }
    if (methods && !methods.get && !methods._all) stack.splice(at, 1)
    else if (!route && Array.isArray(handle?.stack)) onlyReading(handle.stack)
  }
}
