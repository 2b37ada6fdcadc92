import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer as createTls } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { selfSigned } from '../../lab/rehearsal/self-signed.js'

/** A proxy in front of the app that speaks https, with a certificate of its own. */
export async function overTls(to: string) {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-smoke-'))
  const authority = join(folder, 'authority.pem')
  writeFileSync(authority, selfSigned.cert)
  const server = createTls(selfSigned, (req, res) => {
    const headers = { ...req.headers, 'x-forwarded-proto': 'https', 'x-forwarded-for': '10.2.0.1' }
    const sent = request(to, { method: req.method, path: req.url, headers }, (answer) => {
      res.writeHead(answer.statusCode!, answer.headers)
      answer.pipe(res)
    })
    sent.on('error', () => res.destroy())
    req.pipe(sent)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    authority,
    async stop() {
      server.close()
      rmSync(folder, { recursive: true })
    },
  }
}
