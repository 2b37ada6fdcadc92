import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../proof/postgres/free-port.js'
import { webSocket } from './web-socket.js'

/** A tab of a browser, as far as a flow needs it. */
export interface Tab {
  browser: string
  go(url: string): Promise<void>
  /** what the page makes of an expression; its value must be JSON */
  value<Value>(expression: string): Promise<Value>
  /** runs a function in every later document before its own scripts; Firefox alone */
  before?(declaration: string): Promise<void>
  /** presses these keys; ⏎ and ⇥ are Enter and Tab */
  press(keys: string): Promise<void>
  close(): Promise<void>
}

const FIREFOX = ['/usr/bin/firefox-esr', '/usr/bin/firefox'].find((path) => existsSync(path))
const MINI_BROWSER = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser'
const hasWebKit = ['/usr/bin/WebKitWebDriver', '/usr/bin/Xvfb', MINI_BROWSER].every((path) =>
  existsSync(path),
)

/** The browsers beside Chromium; null: not on this machine, with what brings it. */
export const OTHERS: Record<string, { open: (() => Promise<Tab>) | null; bring: string }> = {
  Firefox: { open: FIREFOX ? () => firefox(FIREFOX) : null, bring: 'apt-get install firefox-esr' },
  WebKit: { open: hasWebKit ? webKit : null, bring: 'apt-get install webkit2gtk-driver xvfb' },
}

const keyActions = (keys: string) => [
  {
    type: 'key',
    id: 'keyboard',
    actions: [...keys].flatMap((key) => {
      const value = key === '⏎' ? '\uE007' : key === '⇥' ? '\uE004' : key
      return [
        { type: 'keyDown', value },
        { type: 'keyUp', value },
      ]
    }),
  },
]

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

/** By WebDriver BiDi, which it speaks itself. */
async function firefox(program: string): Promise<Tab> {
  const profile = mkdtempSync(join(tmpdir(), 'usertwo-firefox-'))
  writeFileSync(join(profile, 'user.js'), 'user_pref("app.normandy.enabled", false);\n')
  const args = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0']
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const address = await new Promise<string>((resolve, reject) => {
    let said = ''
    child.once('exit', () => reject(new Error(`Firefox ended: ${said.slice(-500)}`)))
    child.stderr!.on('data', (text) => {
      said += text
      const found = /WebDriver BiDi listening on (\S+)/.exec(said)
      if (found) resolve(found[1]!)
    })
  })
  const waiting = new Map<number, (answer: { type: string; result: never; message?: string }) => void>()
  const socket = await webSocket(`${address}/session`, (text) => {
    const answer = JSON.parse(text)
    waiting.get(answer.id)?.(answer)
  })
  let last = 0
  async function ask<Result>(method: string, params: object): Promise<Result> {
    const id = ++last
    const answered = new Promise<{ type: string; result: Result; message?: string }>((resolve) =>
      waiting.set(id, resolve as never),
    )
    socket.send(JSON.stringify({ id, method, params }))
    const { type, result, message } = await answered
    if (type !== 'success') throw new Error(`${method}: ${message}`)
    return result
  }
  const { capabilities } = await ask<{ capabilities: { browserVersion: string } }>('session.new', {
    capabilities: {},
  })
  const { context } = await ask<{ context: string }>('browsingContext.create', { type: 'tab' })
  return {
    browser: `Firefox ${capabilities.browserVersion}`,
    go: async (url) => void (await ask('browsingContext.navigate', { context, url, wait: 'complete' })),
    before: async (functionDeclaration) =>
      void (await ask('script.addPreloadScript', { functionDeclaration })),
    async value(expression) {
      const { result } = await ask<{ result: { value: string } }>('script.evaluate', {
        expression: `(async () => JSON.stringify(await ${expression}))()`,
        target: { context },
        awaitPromise: true,
      })
      return JSON.parse(result.value)
    },
    press: async (keys) => void (await ask('input.performActions', { context, actions: keyActions(keys) })),
    async close() {
      socket.close()
      await stop(child)
      rmSync(profile, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

/** By WebDriver, on a display in memory. */
async function webKit(): Promise<Tab> {
  const display = `:${70 + (process.pid % 900)}`
  const screen = spawn('Xvfb', [display, '-screen', '0', '1280x1024x24'], { stdio: 'ignore' })
  const port = await freePort()
  const driver = spawn('WebKitWebDriver', [`--port=${port}`], {
    stdio: 'ignore',
    env: { ...process.env, DISPLAY: display },
  })
  const ask = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`http://127.0.0.1:${port}/session${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    })
    const { value } = (await answer.json()) as { value: never }
    if (!answer.ok) throw new Error(`${method} ${path}: ${JSON.stringify(value).slice(0, 300)}`)
    return value
  }
  const end = async () => {
    await stop(driver)
    await stop(screen)
  }
  await sleep(1_000)
  const alwaysMatch = { 'webkitgtk:browserOptions': { binary: MINI_BROWSER, args: ['--automation'] } }
  const made: { sessionId: string; capabilities: { browserVersion: string } } = await ask('POST', '', {
    capabilities: { alwaysMatch },
  }).catch(async (error) => {
    await end()
    throw error
  })
  const at = `/${made.sessionId}`
  return {
    browser: `WebKit ${made.capabilities.browserVersion}`,
    go: async (url) => void (await ask('POST', `${at}/url`, { url })),
    value: async (expression) =>
      JSON.parse(
        await ask('POST', `${at}/execute/sync`, { script: `return JSON.stringify(${expression})`, args: [] }),
      ),
    press: async (keys) => void (await ask('POST', `${at}/actions`, { actions: keyActions(keys) })),
    async close() {
      await ask('DELETE', at).catch(() => {})
      await end()
    },
  }
}
