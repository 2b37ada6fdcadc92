// The same requests to an app bare and to the same app under the layers: what differs is declared, or wrong.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { ask, HOST, REQUESTS } from './ask.mjs'
import { asDeclared } from './declared.mjs'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

/** How the app is started, and at which dial. */
export const HOWS = [
  { how: 'two edits', dial: 0 },
  { how: 'two edits', dial: 2 },
  { how: 'two edits', dial: 8 },
  { how: 'usertwo run', dial: 8 },
]

/**
 * Asks everything of both.
 * @param express the folder of an Express
 * @param database of `ownersDatabase`
 * @param bare what the app answers without the layers
 * @returns {Promise<{ asked: number, differences: { name: string, bare: object, wrapped: object }[] }>}
 */
export async function compared(express, { how, dial }, { env, token }, bare) {
  const command =
    how === 'usertwo run' ? [CLI, 'run', '--', 'node', 'app.mjs', express] : ['app.mjs', express, 'wrapped']
  const app = await start(command, { ...env, USERTWO_PHASE: String(dial) })
  const login = dial < 4 ? {} : { Authorization: `Bearer ${token}` }
  const differences = []
  try {
    for (const request of REQUESTS) {
      const theirs = await ask(app.port, request, login)
      const [a, b] = asDeclared(request, dial, bare.get(request.name), theirs)
      if (JSON.stringify(a) !== JSON.stringify(b))
        differences.push({ name: request.name, bare: a, wrapped: b })
    }
    return { asked: REQUESTS.length, differences }
  } finally {
    await app.stop()
  }
}

/** What the app answers without the layers, by the name of the request. */
export async function bareAnswers(express) {
  const app = await start(['app.mjs', express, 'bare'], {})
  try {
    const answers = new Map()
    for (const request of REQUESTS) answers.set(request.name, await ask(app.port, request))
    return answers
  } finally {
    await app.stop()
  }
}

async function start(args, env) {
  const { PATH } = process.env
  const child = spawn(process.execPath, args, {
    cwd: HERE,
    env: { PATH, PORT: '0', ENVIRONMENT: 'test', LOG_LEVEL: 'fatal', ALLOWED_HOSTS: HOST, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'close')
  let said = ''
  const port = new Promise((found, failed) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => {
        said += text
        const number = /^port (\d+)$/m.exec(said)?.[1]
        if (number) found(Number(number))
      })
    ended.then(() => failed(new Error(`the app ended: ${said}`)))
  })
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
  }
  return { port: await port, stop }
}
