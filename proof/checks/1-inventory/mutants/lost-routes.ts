import type { StackLayer } from '../../../../src/express/inner-app.js'

/** Removes lost routes from an app and from what is mounted in it, depending on whether they answer GET. */
export function loseRoutes(stack: StackLayer[], isLost: (reads: boolean) => boolean): void {
  for (let at = stack.length; at-- > 0; ) {
    const { route, handle } = stack[at]!
    const { methods } = (route ?? {}) as { methods?: { get?: boolean; _all?: boolean } }
    if (methods && isLost(Boolean(methods.get || methods._all))) stack.splice(at, 1)
    else if (!route && Array.isArray(handle?.stack)) loseRoutes(handle.stack, isLost)
  }
}
