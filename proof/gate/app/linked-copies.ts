import { createHash } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, readdirSync, realpathSync, symlinkSync, unlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Redirects } from '../preload/modules/redirect.js'
import { SHIPPED } from './edited-copies.js'
import { type Copied, copiedTo } from './scratch.js'

type Packages = Redirects['packages']

/** How the names of packages lead to their copies, for the processes of one scratch folder. */
export interface Linked {
  packages: Packages
  /** the links do not reach every module: a loader, which runs in its own thread, is needed too */
  loader: boolean
  /** a process that used the links has ended */
  release(): void
}

/** A link in a scratch folder. */
interface Point {
  link: string
  /** the package to which it leads, or in whose copy it ends */
  from: string
  /** where it leads while no process of the app runs */
  own: string
  /** where it leads for a copy of the package */
  to(copy: string): string
}

interface Led {
  points: Point[]
  packages: Packages
  users: number
}

/** The targets of the links of each scratch folder. */
const led = new WeakMap<Copied, Led>()

/**
 * Points links to the copies. The loader would cost half of a start, because Node 20 reports each `import` to
 * a second thread.
 *
 * @param cwd the folder in which the app is started
 * @param wanted false: use the loader, wherever the links lead already
 */
export function linked(cwd: string, packages: Packages, wanted: boolean): Linked {
  const scratch = copiedTo(cwd)
  let now = scratch && led.get(scratch)
  if (packages.length === 0 || !scratch || !(now || wanted))
    return { packages, loader: packages.length > 0, release: () => {} }
  if (!now) {
    now = { points: pointsOf(cwd, scratch.top, packages), packages: [], users: 0 }
    led.set(scratch, now)
  }
  const others = now.packages.filter(
    ({ from, to }) => !packages.some((one) => one.from === from && one.to === to),
  )
  if (!wanted || (others.length > 0 && now.users > 0)) {
    // Processes that run meanwhile use other copies through these links. The loader leads this process on
    // from those.
    const on = others.flatMap(({ from, to }) =>
      packages.filter((one) => one.from === from).map((one) => ({ ...one, from: to })),
    )
    return { packages: [...packages, ...on], loader: true, release: () => {} }
  }
  if (now.packages.length === 0 || others.length > 0) lead(now, packages)
  const mine = now
  mine.users++
  return {
    packages,
    loader: false,
    release() {
      // Now the copy may be removed: a program that runs next finds the package itself.
      if (--mine.users === 0 && copiedTo(cwd)) lead(mine, [])
    },
  }
}

function lead(led: Led, packages: Packages): void {
  for (const { link, from, own, to } of led.points) {
    const copy = packages.find((one) => one.from === from)?.to
    unlinkSync(link)
    symlinkSync(copy ? to(copy) : own, link)
  }
  led.packages = packages
}

/**
 * Returns the places where modules of the folder find a package by its name, up to the top of the scratch
 * folder.
 */
function pointsOf(cwd: string, top: string, packages: Packages): Point[] {
  const points: Point[] = []
  for (let at = cwd; ; at = dirname(at)) {
    const modules = join(at, 'node_modules')
    const found = realOf(join(modules, 'usertwo'))
    if (found && packages.some(({ from }) => from === found)) {
      const real = realpathSync(modules)
      points.push(
        isLink(modules)
          ? { link: modules, from: found, own: real, to: (copy) => spread(real, copy) }
          : { link: join(modules, 'usertwo'), from: found, own: found, to: (copy) => copy },
      )
    }
    // A repository that contains the package itself is linked part by part.
    for (const part of SHIPPED) {
      const link = join(at, part)
      const from = packages.find((one) => realOf(link) === join(one.from, part))?.from
      if (from && isLink(link))
        points.push({ link, from, own: join(from, part), to: (copy) => join(copy, part) })
    }
    if (at === top || at === dirname(at)) return points
  }
}

/**
 * Returns a folder with links to all packages of another one, except that `usertwo` leads to the copy. It is made once
 * and removed with the copy: hundreds of links for each check would take longer than the start of an app.
 */
function spread(modules: string, copy: string): string {
  const of = createHash('sha256').update(modules).digest('hex').slice(0, 16)
  const folder = join(dirname(copy), `.linked-${basename(copy)}-${of}`)
  if (existsSync(folder)) return folder
  mkdirSync(folder)
  for (const name of readdirSync(modules)) {
    const there = name === 'usertwo' ? copy : join(modules, name)
    symlinkSync(there, join(folder, name))
  }
  return folder
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
}

function realOf(path: string): string | null {
  try {
    return realpathSync(path)
  } catch {
    return null
  }
}
