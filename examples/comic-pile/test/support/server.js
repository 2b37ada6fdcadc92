import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const LISTENING = /listening on (http:\/\/\S+)/

/**
 * The real server in a process of its own. `output()` is what has been read of what it printed; all of it once it
 * has stopped: two streams come in the order in which they are read, not in the order of the writing.
 */
export function spawnServer(env) {
  const child = spawn(process.execPath, ['server.js'], {
    cwd: root,
    env: { PATH: process.env.PATH, PORT: '0', AUTO_BACKUP_ENABLED: 'false', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  const exited = once(child, 'close') // and not `exit`, which may come before the last words
  const listening = new Promise((resolve, reject) => {
    const read = (chunk) => {
      text += chunk
      const url = LISTENING.exec(text)?.[1]
      if (url) resolve(url)
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    exited.then(([code]) => reject(new Error(`The server ended with code ${code}:\n${text}`)))
  })
  listening.catch(() => {})
  return {
    listening,
    exited,
    output: () => text,
    stop: async () => {
      child.kill('SIGTERM')
      await exited
    },
  }
}
