import { request } from 'node:http'

const TOKEN = process.env.COMIC_PILE_TOKEN
const byte = () => 1 + Math.floor(Math.random() * 250)

/** The app limits requests by client address, so that each request of a test comes from another one. */
export const newAddress = () => `127.${byte()}.${byte()}.${byte()}`

/**
 * One request to the server under test.
 * `body` is sent as JSON, `text` as it is, `file` ({ name, content }) as a multipart upload.
 */
export async function call(method, path, { body, text, file, headers = {}, address, base } = {}) {
  const url = new URL(path, base ?? process.env.COMIC_PILE_URL)
  const sent = { ...headers }
  let payload = text
  if (TOKEN && !base) sent.authorization = `Bearer ${TOKEN}`
  if (body !== undefined) {
    sent['content-type'] = 'application/json'
    payload = JSON.stringify(body)
  }
  if (file) {
    const form = new FormData()
    form.append('file', new Blob([file.content], { type: 'text/csv' }), file.name)
    const encoded = new Response(form)
    sent['content-type'] = encoded.headers.get('content-type')
    payload = Buffer.from(await encoded.arrayBuffer())
  }
  if (payload !== undefined) sent['content-length'] = Buffer.byteLength(payload)
  const local = url.hostname === '127.0.0.1' || url.hostname === 'localhost'
  const options = {
    method,
    headers: sent,
    family: local ? 4 : undefined,
    localAddress: local ? (address ?? newAddress()) : undefined,
    agent: false,
  }
  return new Promise((resolve, reject) => {
    const req = request(url, options, (res) => {
      const chunks = []
      res.on('data', (chunk) => chunks.push(chunk))
      res.on('error', reject)
      res.on('end', () => {
        const raw = Buffer.concat(chunks).toString('utf8')
        const isJson = res.headers['content-type']?.includes('json')
        resolve({
          status: res.statusCode,
          headers: res.headers,
          text: raw,
          body: isJson ? JSON.parse(raw) : raw,
        })
      })
    })
    req.on('error', reject)
    req.end(payload)
  })
}

export const get = (path, options) => call('GET', path, options)
export const post = (path, body, options) => call('POST', path, { body, ...options })
export const put = (path, body, options) => call('PUT', path, { body, ...options })
export const patch = (path, body, options) => call('PATCH', path, { body, ...options })
export const del = (path, options) => call('DELETE', path, options)
