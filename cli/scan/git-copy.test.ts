import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { command as scan } from '../commands/scan.js'
import { copyByGit, isGitUrl } from './git-copy.js'

let home: string
let bare: string
/** Each trap leaves a file here when it goes off. */
let sprung: string

const trap = (name: string) => `#!/bin/sh\ntouch "${sprung}/${name}"\ncat\n`

function write(file: string, text: string, executable = false): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  if (executable) chmodSync(file, 0o755)
}

function git(cwd: string, ...args: string[]): void {
  const env = { PATH: process.env.PATH, HOME: join(home, 'maker'), GIT_CONFIG_NOSYSTEM: '1' }
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgSign=false']
  execFileSync('git', [...who, ...args], { cwd, env, stdio: 'pipe' })
}

/** A repository that tries to get its code run when it is copied, installed or loaded. */
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'usertwo-hostile-'))
  sprung = join(home, 'sprung')
  mkdirSync(sprung)
  mkdirSync(join(home, 'maker'))
  const work = join(home, 'work')
  mkdirSync(work)
  const runs = (name: string) => `require('fs').writeFileSync(${JSON.stringify(join(sprung, name))}, '')\n`
  const scripts = Object.fromEntries(
    ['preinstall', 'install', 'postinstall', 'prepare'].map((name) => [name, `touch ${sprung}/npm-${name}`]),
  )
  write(join(work, 'package.json'), JSON.stringify({ dependencies: { express: '^4.0.0' }, scripts }))
  write(join(work, 'server.js'), `${runs('server')}const cors = require('cors')\napp.use(cors())\n`)
  for (const name of ['usertwo.config.js', 'knexfile.js', 'babel.config.js', '.pnpmfile.cjs'])
    write(join(work, name), runs(name))
  write(join(work, '.gitattributes'), '* filter=evil diff=evil\n*.js filter=lfs\n')
  write(
    join(work, '.gitmodules'),
    `[submodule "x"]\n\tpath = x\n\turl = ext::sh -c "touch ${sprung}/submodule"\n`,
  )
  write(join(home, 'outside.js'), "const password = 'of-another-folder-9'\n")
  symlinkSync(join(home, 'outside.js'), join(work, 'linked.js'))
  symlinkSync(home, join(work, 'up'))
  git(work, 'init', '--quiet')
  git(work, 'add', '--all')
  git(work, 'commit', '--quiet', '-m', 'app')
  bare = join(home, 'app.git')
  git(home, 'clone', '--quiet', '--bare', work, bare)
  for (const hook of ['post-checkout', 'post-upload-pack', 'pre-receive', 'reference-transaction'])
    write(join(bare, 'hooks', hook), trap(`hook-${hook}`), true)
  for (const setting of ['filter.evil.smudge', 'uploadpack.packObjectsHook', 'core.fsmonitor'])
    git(bare, 'config', setting, `sh -c 'touch ${sprung}/bare-${setting}; cat'`)

  // The user already has such settings, from another repository or a tool.
  const victim = join(home, 'victim')
  write(join(victim, 'template/hooks/post-checkout'), trap('template-post-checkout'), true)
  write(
    join(victim, '.gitconfig'),
    `[init]\n\ttemplateDir = ${victim}/template\n[filter "evil"]\n\tsmudge = "touch ${sprung}/filter-evil; cat"\n\trequired = true\n[filter "lfs"]\n\tsmudge = "touch ${sprung}/filter-lfs; cat"\n`,
  )
})
afterAll(() => rmSync(home, { recursive: true }))

const copies = () => readdirSync(tmpdir()).filter((name) => name.startsWith('usertwo-git-copy-'))

/** What the command prints, where it is run in the place of that person. */
async function checked(...args: string[]): Promise<string> {
  const printed: string[] = []
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0)
  vi.stubEnv('HOME', join(home, 'victim'))
  try {
    await scan.run(args)
    return printed.join('')
  } finally {
    vi.unstubAllEnvs()
    write.mockRestore()
  }
}

describe('a repository that wants to be run', () => {
  it('is copied and looked at, and nothing of it runs', async () => {
    const before = copies()
    const { findings, facts } = JSON.parse(await checked(pathToFileURL(bare).href, '--json'))
    expect(facts.home).toBe('package.json')
    expect(findings.map(({ kind, at }: { kind: string; at: string }) => `${kind} ${at}`)).toEqual([
      'wildcard-cors server.js:3',
    ])
    expect(readdirSync(sprung)).toEqual([])
    expect(copies()).toEqual(before)
  })

  it('runs where it is copied without these precautions', () => {
    const env = { PATH: process.env.PATH, HOME: join(home, 'victim') }
    execFileSync('git', ['clone', '--quiet', bare, join(home, 'unguarded')], { env, stdio: 'pipe' })
    expect(readdirSync(sprung)).toEqual(expect.arrayContaining(['filter-evil', 'template-post-checkout']))
  })

  it('is not looked at through a link that leads out of a folder', async () => {
    const { findings } = JSON.parse(await checked(join(home, 'work'), '--json'))
    expect(JSON.stringify(findings)).not.toContain('linked.js')
    expect(JSON.stringify(findings)).not.toContain('outside.js')
  })
})

describe('an address', () => {
  it.each([
    ['ext::sh -c touch% x', true],
    ['https://example.com/a.git', true],
    ['git@example.com:a/b.git', true],
    ['file:///srv/a.git', true],
    ['../notes', false],
    ['C:\\notes', false],
    ['notes', false],
  ])('%s is one of git: %s', (given, is) => {
    expect(isGitUrl(given)).toBe(is)
  })

  it.each([
    'ext::sh -c "touch x"',
    'fd::17',
    'ftp://example.com/a.git',
    'https://example.com/a.git\nx',
    '--upload-pack=touch@x:y',
  ])('%s is refused before git runs', async (url) => {
    await expect(copyByGit(url)).rejects.toThrow(/is not copied; allowed are https:\/\//)
  })

  it('stops when the command is interrupted, and leaves nothing behind', async () => {
    const before = copies()
    const over = AbortSignal.abort(new Error('interrupted'))
    await expect(copyByGit(pathToFileURL(bare).href, over)).rejects.toThrow('interrupted')
    expect(copies()).toEqual(before)
  })

  it('reports a missing repository as such, and leaves nothing behind', async () => {
    const before = copies()
    await expect(copyByGit(pathToFileURL(join(home, 'none.git')).href)).rejects.toThrow(/git did not copy/)
    expect(copies()).toEqual(before)
    expect(existsSync(join(home, 'none.git'))).toBe(false)
  })
})
