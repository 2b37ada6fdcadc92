import type { StackLayer } from '../../../../src/express/inner-app.js'
import * as real from '../../../../src/express/inner-app.js'
import { routerOf } from '../../../../src/express/matched.js'
import { inApp } from '../../../gate/replace/in-app.js'
import { replacing } from '../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../src/express/inner-app.js', {
  /** The app has lost every route that answers no GET, in mounted routers too. */
  onlyReading: {
    asInnerApp(app) {
      const inner = real.asInnerApp(app)
      loseRoutes(routerOf(inner).stack, (reads) => !reads)
      return inner
    },
  },
  /** The app has lost every route that answers GET, in mounted routers too. */
  onlyWriting: {
    asInnerApp(app) {
      const inner = real.asInnerApp(app)
      loseRoutes(routerOf(inner).stack, (reads) => reads)
      return inner
    },
  },
  /** The app has a route for its operator. */
  operated: {
    asInnerApp: (app) =>
      inApp(real.asInnerApp(app), (own) =>
        own.post('/usertwo/internal/shell', (_req, res) => void res.end()),
      ),
  },
  /** The app declares a route twice. */
  twice: {
    asInnerApp: (app) =>
      inApp(real.asInnerApp(app), (own) => {
        for (let i = 0; i < 2; i++) own.get('/usertwo-twice', (_req, res) => void res.end())
      }),
  },
  /** The app has a route that is not listed. */
  unlisted: {
    asInnerApp: (app) =>
      inApp(real.asInnerApp(app), (own) => own.get('/usertwo-unlisted', (_req, res) => void res.end())),
  },
} satisfies Record<string, Partial<typeof real>>)

/** Removes lost routes from an app and from what is mounted in it, depending on whether they answer GET. */
function loseRoutes(stack: StackLayer[], isLost: (reads: boolean) => boolean): void {
  for (let at = stack.length; at-- > 0; ) {
    const { route, handle } = stack[at]!
    const { methods } = (route ?? {}) as { methods?: { get?: boolean; _all?: boolean } }
    if (methods && isLost(Boolean(methods.get || methods._all))) stack.splice(at, 1)
    else if (!route && Array.isArray(handle?.stack)) loseRoutes(handle.stack, isLost)
  }
}
