import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { devNull } from 'node:os'
import { join } from 'node:path'
import { temporaryFolder } from '../../proof/at-exit.js'
import { signalGroup } from '../../proof/gate/app/process-group.js'

/** For how long a copy may take. ms */
const COPYING_MS = 45_000
const TRANSPORTS = ['https', 'http', 'ssh', 'git', 'file']
/** What a way to a server needs; nothing else of the environment reaches git. */
const PASSED =
  /^(?:PATH|LANG|SYSTEMROOT|TEMP|TMP|SSH_AUTH_SOCK|SSL_CERT_(?:FILE|DIR)|GIT_SSL_CAINFO|(?:https?|all|no)_proxy)$/i

/** A copy of a repository that goes away again. */
export interface GitCopy {
  folder: string
  remove(): void
}

/** Whether an argument is meant for git, as a transport we may use or another: `https://…`, `git@host:path`, `ext::…`. */
export function isGitUrl(given: string): boolean {
  return /^[a-z][\w+.-]*:(?:\/\/|:)/i.test(given) || /^[\w.-]+@[\w.-]+:(?!\\)/.test(given)
}

/**
 * Copies the newest commit of a repository into a folder of its own. Nothing from the repository is run: no
 * hook, no filter, no submodule, no link, no helper. git never prompts for a password.
 * @param signal ends it
 * @throws for a URL whose transport is not allowed, and when git fails
 */
export async function copyByGit(url: string, signal?: AbortSignal): Promise<GitCopy> {
  assertTransport(url)
  const { path: home, remove } = temporaryFolder('usertwo-git-copy-')
  const folder = join(home, 'copy')
  // No template: it would bring hooks.
  mkdirSync(join(home, 'nothing'))
  try {
    await git(home, signal, [
      ...settings(join(home, 'nothing')),
      'clone',
      '--quiet',
      '--depth=1',
      '--single-branch',
      '--no-tags',
      '--no-recurse-submodules',
      `--template=${join(home, 'nothing')}`,
      '--',
      url,
      folder,
    ])
    return { folder, remove }
  } catch (error) {
    remove()
    throw error
  }
}

function assertTransport(url: string): void {
  const scheme = /^([a-z][\w+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase()
  const plain = !/[\p{Cc}\s]/u.test(url)
  const remote = scheme ? TRANSPORTS.includes(scheme) : /^[\w.-]+@[\w.-]+:/.test(url)
  if (plain && remote && !url.startsWith('-')) return
  const allowed = TRANSPORTS.map((one) => `${one}://`).join(', ')
  throw new Error(`scan: ${JSON.stringify(url)} is not copied; allowed are ${allowed} and user@host:path`)
}

/** In front of every setting that git would find elsewhere. */
function settings(nothing: string): string[] {
  const given = {
    'core.hooksPath': nothing,
    'core.fsmonitor': 'false',
    'core.symlinks': 'false',
    'core.attributesFile': devNull,
    'core.sshCommand': 'ssh -o BatchMode=yes -o ConnectTimeout=10',
    'credential.helper': '',
    'submodule.recurse': 'false',
    'protocol.allow': 'never',
    ...Object.fromEntries(TRANSPORTS.map((one) => [`protocol.${one}.allow`, 'always'])),
    'filter.lfs.smudge': '',
    'filter.lfs.process': '',
    'filter.lfs.required': 'false',
    'uploadpack.packObjectsHook': '',
  }
  return Object.entries(given).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

function git(home: string, signal: AbortSignal | undefined, args: string[]): Promise<void> {
  const passed = Object.entries(process.env).filter(([name]) => PASSED.test(name))
  const env = {
    ...Object.fromEntries(passed),
    HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    SSH_ASKPASS: '',
    GIT_LFS_SKIP_SMUDGE: '1',
    GIT_ALLOW_PROTOCOL: TRANSPORTS.join(':'),
  }
  return new Promise((done, failed) => {
    // A group of its own: what git starts ends with it.
    const child = spawn('git', args, {
      cwd: home,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: process.platform !== 'win32',
    })
    let said = ''
    let over = false
    const end = () => signalGroup(child, 'SIGKILL')
    const timer = setTimeout(() => {
      over = true
      end()
    }, COPYING_MS)
    if (signal?.aborted) end()
    signal?.addEventListener('abort', end)
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk).slice(-2_000)))
    child.once('error', (cause) => {
      clearTimeout(timer)
      failed(
        new Error('scan: git could not be started; install it, or copy the repository and name its folder', {
          cause,
        }),
      )
    })
    child.once('close', (code) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      if (signal?.aborted) return failed(signal.reason)
      if (code === 0) return done()
      const why = over ? `it took more than ${COPYING_MS / 1000} s` : said.trim()
      failed(new Error(`scan: git did not copy the repository: ${why}; copy it yourself and name its folder`))
    })
  })
}
