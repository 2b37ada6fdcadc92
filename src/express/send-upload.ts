import type { IncomingMessage, ServerResponse } from 'node:http'
import { resolve } from 'node:path'

/** An uploaded file, as a row of the app describes it. */
export interface Upload {
  /** its path below the folder */
  file: string
  /** the name under which a browser saves it; default: that of the address */
  name?: string | null
  /** its media type, as the client said when it sent the file; default: application/octet-stream */
  type?: string | null
}

/** A handler for the app's own routes, in Express 4 and 5. */
type UploadHandler<Req> = (req: Req, res: ServerResponse, next: (error?: unknown) => void) => void

/** Types that no browser runs as a page. SVG is not one of them: it holds scripts. */
const SHOWN =
  /^(?:image\/(?:png|jpeg|gif|webp|avif)|application\/pdf|text\/plain|(?:audio|video)\/[\w.+-]+)$/i
/** Error of `sendFile`. */
type NotSent = Error & { status?: number; code?: string }
/** No file, a folder, and a path that leaves the folder are alike for the client. */
const isMissing = ({ status = 500, code }: NotSent) => status < 500 || code === 'EISDIR'
/** The file is there, but not as the request wants it: `If-Match`, `If-Unmodified-Since`, a range behind its end. */
const isUnmet = ({ status }: NotSent) => status === 412 || status === 416

interface SendsFiles {
  sendFile(file: string, options: object, done: (error?: NotSent) => void): void
}

/**
 * Sends an uploaded file by its row, instead of a folder that anyone may read who knows a name. The row is read on behalf
 * of the current user, so a file of another user is missing as its row is: both go on to the app's own 404. Pictures, PDF,
 * text, sound and video may be shown by the browser; everything else is saved, so no upload runs as a page of the app.
 *
 * @param folder of the uploads, from the working directory; no other folder may serve it
 * @param find reads the row; null or undefined if it is missing
 * @example
 * app.get('/files/:id', sendUpload('uploads', async (req) => {
 *   const row = await db('files').where({ id: req.params.id }).first()
 *   return row && { file: row.path, name: row.name, type: row.type }
 * }))
 */
export function sendUpload<Req extends IncomingMessage>(
  folder: string,
  find: (req: Req) => Promise<Upload | null | undefined> | Upload | null | undefined,
): UploadHandler<Req> {
  const root = resolve(folder)
  return (req, res, next) => {
    const send = (upload: Upload | null | undefined) => {
      if (!upload?.file) return next()
      const options = { root, headers: headersOf(upload), cacheControl: false, dotfiles: 'deny' }
      // By Express, which reads ranges and conditions. Its headers are set only once the file is found.
      ;(res as ServerResponse & SendsFiles).sendFile(upload.file, options, (error) => {
        if (!error || res.headersSent) return
        if (isUnmet(error)) return refuse(res, error.status!)
        next(isMissing(error) ? undefined : error)
      })
    }
    new Promise<Upload | null | undefined>((done) => done(find(req))).then(send).catch(next)
  }
}

/** Without a body, and so without the headers that describe one. */
function refuse(res: ServerResponse, status: number): void {
  for (const name of ['Content-Type', 'Content-Disposition', 'Content-Length']) res.removeHeader(name)
  res.statusCode = status
  res.end()
}

function headersOf({ name, type }: Upload): Record<string, string> {
  const isShown = SHOWN.test(type ?? '')
  return {
    'Content-Type': isShown ? type! : 'application/octet-stream',
    'Content-Disposition': `${isShown ? 'inline' : 'attachment'}${name ? `; filename*=UTF-8''${encoded(name)}` : ''}`,
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'private, no-cache',
  }
}

/** A file name in a header (RFC 8187). Half a surrogate pair has no UTF-8. */
const encoded = (name: string) =>
  encodeURIComponent(name.replace(/[\uD800-\uDFFF]/gu, '\uFFFD')).replace(
    /['()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  )
