import type { Edit } from './check.js'

const BEGIN = 'const inner = asInnerApp(app);'

/**
 * What other apps do and this one may not: a layer that is switched off shows only where it has something to hold.
 * `code` runs as the app's own, with `app` in reach, before the toolkit looks at it.
 */
export const inApp = (code: string): Edit => ({
  file: 'dist/wrap.js',
  find: BEGIN,
  replace: `${code}\n${BEGIN}`,
})

/**
 * One `app.use(…)` or `app.get(…)` before all others of the app, of Express 4 or 5: there a request and its answer are
 * still Node's.
 */
export const firstInApp = (layer: string): Edit =>
  inApp(`${layer};
    { const { stack } = app._router ?? app.router; stack.unshift(stack.pop()); }`)
