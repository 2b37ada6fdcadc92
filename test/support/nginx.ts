import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { selfSigned } from '../../lab/rehearsal/self-signed.js'
import { freePort } from '../../proof/postgres/free-port.js'
import { killServer, startedServer } from './server-process.js'

/** Debian puts it where an ordinary account does not look. */
const env = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin` }

export const hasNginx = (): boolean => spawnSync('nginx', ['-v'], { env }).status === 0

/**
 * nginx on a free loopback port, over https with a certificate of its own, in front of an app.
 * @param below the path at which browsers find the app, `/notes`: it is taken away, as by `proxy_pass URL/`
 * @returns its origin, and how to end it
 */
export async function startNginx(
  app: string,
  below: string,
): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-nginx-'))
  const file = (name: string, text = '') => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const port = await freePort()
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder};`,
  )
  const settings = file(
    'nginx.conf',
    `daemon off;
master_process off;
pid ${join(folder, 'pid')};
error_log stderr notice;
events {}
http {
  access_log off;
  ${temporary.join(' ')}
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${file('cert.pem', selfSigned.cert)};
    ssl_certificate_key ${file('key.pem', selfSigned.key)};
    location ${below}/ {
      proxy_pass ${app}/;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
    }
  }
}
`,
  )
  const removed = () => rmSync(folder, { recursive: true, force: true })
  const child = await startedServer('nginx', ['-c', settings, '-e', 'stderr'], {
    name: 'nginx',
    output: 'stderr',
    isReady: (line) => /using the|start worker|nginx\//.test(line),
    env,
  }).catch((error) => {
    removed()
    throw error
  })
  await answering(port)
  return {
    url: `https://localhost:${port}`,
    async stop() {
      await killServer(child)
      removed()
    },
  }
}

/** Its first lines come before it listens. */
async function answering(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const isThere = await new Promise((done) => {
      socket.once('connect', () => done(true)).once('error', () => done(false))
    })
    socket.destroy()
    if (isThere) return
    await sleep(20)
  }
}
