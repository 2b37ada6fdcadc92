import type { Answer } from '../../gate/app/http.js'

/** Returns the answers that came on one connection, in order. An incomplete one is left out. */
export function answersIn(bytes: Buffer, ms: number): Answer[] {
  const found: Answer[] = []
  let at = 0
  for (;;) {
    const end = bytes.indexOf('\r\n\r\n', at)
    if (end < 0) return found
    const [first = '', ...lines] = bytes.subarray(at, end).toString('latin1').split('\r\n')
    const headers: Record<string, string> = {}
    for (const line of lines) {
      const colon = line.indexOf(':')
      headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim()
    }
    const status = Number(first.split(' ')[1])
    const body = bodyAt(bytes, end + 4, status, headers)
    if (!body) return found
    at = body.end
    // 1xx only announces the answer.
    if (status >= 200) found.push({ status, headers, body: body.text, json: parsed(body.text), ms })
  }
}

interface Body {
  text: string
  /** where the next answer begins */
  end: number
}

function bodyAt(
  bytes: Buffer,
  start: number,
  status: number,
  headers: Readonly<Record<string, string>>,
): Body | null {
  if (status < 200 || status === 204 || status === 304) return { text: '', end: start }
  if (/chunked/.test(headers['transfer-encoding'] ?? '')) return chunkedAt(bytes, start)
  const length = headers['content-length']
  // Until the connection ends.
  const end = length === undefined ? bytes.length : start + Number(length)
  return end > bytes.length ? null : { text: bytes.subarray(start, end).toString('utf8'), end }
}

function chunkedAt(bytes: Buffer, start: number): Body | null {
  const parts: Buffer[] = []
  for (let at = start; ; ) {
    const line = bytes.indexOf('\r\n', at)
    if (line < 0) return null
    const size = Number.parseInt(bytes.subarray(at, line).toString('latin1'), 16)
    const from = line + 2
    if (!(from + size + 2 <= bytes.length)) return null
    if (size === 0) return { text: Buffer.concat(parts).toString('utf8'), end: from + 2 }
    parts.push(bytes.subarray(from, from + size))
    at = from + size + 2
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
