import type { ServerResponse } from 'node:http'
import { isHtml } from '../../../../core/is-html.js'
import * as real from '../../../../express/inner-app.js'
import { firstInApp } from '../../../../tools/gate/replace/in-app.js'
import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** Every page of the app has a script within it. */
export default replacing(import.meta.url, '../../../../express/inner-app.js', {
  asInnerApp: (app) =>
    firstInApp(real.asInnerApp(app), (own) =>
      own.use((req, res, next) => {
        if (req.method === 'GET') addScript(res)
        next()
      }),
    ),
} satisfies Partial<typeof real>)

type Sends = (chunk?: unknown, ...rest: unknown[]) => unknown

function addScript(res: ServerResponse): void {
  const sending = res as unknown as { write: Sends; end: Sends }
  const { write, end } = sending
  const isPage = () => {
    if (!isHtml(res.getHeader('content-type'))) return false
    if (!res.headersSent) res.removeHeader('content-length')
    return true
  }
  sending.write = (...args) => {
    isPage()
    return write.apply(res, args)
  }
  sending.end = (chunk, ...rest) => {
    if (!isPage() || res.statusCode !== 200) return end.call(res, chunk, ...rest)
    if (typeof chunk === 'string' || Buffer.isBuffer(chunk)) write.call(res, chunk)
    return end.call(res, '<script>window.usertwo = 1</script>')
  }
}
