import { dirname, join, resolve } from 'node:path'
import { readInside, readTexts } from '../../reading/app/files.js'
import { type Package, readPackages } from '../../reading/app/packages.js'
import { type Copy, copiesOf } from '../../reading/app/versions.js'
import { otherDrivers } from '../../reading/facts/databases.js'
import { SUPPORTED, update } from '../../reading/facts/supported.js'
import { olderThan } from '../../src/core/optional/older-than.js'
import { type Diagnosis, look, notKnown, ok, wrong } from './diagnosis.js'

const OLDEST_NODE = '20.19'
/** Of these a second copy is another one than the layers hold. */
const ONE_COPY = ['pg']

/** What the app in a folder is made of, by its lock files, else by what is installed. */
export function lookAtPackages(folder: string, node = process.versions.node): Diagnosis[] {
  const texts = readTexts(folder)
  const packages = readPackages(texts)
  const asked = new Map(packages.filter(({ browser }) => !browser).flatMap((one) => [...one.dependencies]))
  const found = (name: string) => {
    const copies = copiesOf(name, texts, packages)
    return copies.length ? copies : above(folder, name)
  }
  return [
    olderThan(node, OLDEST_NODE)
      ? wrong('node', node, `use Node ${OLDEST_NODE} or later`)
      : ok('node', `${node}, ${process.platform} ${process.arch}`),
    ...Object.keys(SUPPORTED).flatMap((name) => ofPackage(name, found(name), asked)),
    ...otherDatabases(packages),
  ]
}

/** Where Node finds it: a workspace has its packages further up. */
function above(folder: string, name: string): Copy[] {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const path = join(at, 'node_modules', name)
    const version = /"version"\s*:\s*"([^"]+)"/.exec(
      readInside(at, `node_modules/${name}/package.json`) ?? '',
    )?.[1]
    if (version) return [{ version, path, at: path }]
    if (at === dirname(at)) return []
  }
}

function ofPackage(name: string, copies: Copy[], asked: ReadonlyMap<string, string>): Diagnosis[] {
  const { before } = SUPPORTED[name]!
  if (copies.length === 0) {
    const isAsked = asked.has(name)
    if (isAsked)
      return [
        notKnown(
          name,
          `package.json asks for ${asked.get(name)}, but no version is locked or installed`,
          'npm install',
        ),
      ]
    return name === 'express'
      ? [
          wrong(
            name,
            'no package.json here names it',
            'run this in the folder of the app, or name it with --config',
          ),
        ]
      : []
  }
  const versions = [...new Set(copies.map(({ version }) => version))]
  const found = versions.map((version) => {
    const at = copies.find((copy) => copy.version === version)!.at
    const old = update(name, version)
    if (old) return wrong(name, `${version} (${at})`, old)
    if (!olderThan(version, before))
      return look(
        name,
        `${version} (${at})`,
        `it is newer than what was tried (below ${before}, docs/reference/versions.md): let the gates say`,
      )
    return ok(name, versions.length > 1 ? `${version} (${at})` : version)
  })
  return [...found, ...secondCopies(name, copies)]
}

/** More than one copy in what one lock file installs: two packages side by side are two processes. */
function secondCopies(name: string, copies: Copy[]): Diagnosis[] {
  if (!ONE_COPY.includes(name)) return []
  const lockFile = ({ at }: Copy) => at.split(/:\d/)[0]
  return [...new Set(copies.map(lockFile))].flatMap((file) => {
    const [first, ...others] = copies.filter((copy) => lockFile(copy) === file)
    return others.map(({ at, path, version }) =>
      look(
        `second ${name}`,
        `${path} ${version} (${at}), beside ${first!.version}`,
        `what connects by it is the owner, without the layers: npm dedupe, give it to scope() too, or start with usertwo run, which holds every copy`,
      ),
    )
  })
}

function otherDatabases(packages: readonly Package[]): Diagnosis[] {
  const home = packages.find(({ dependencies }) => dependencies.has('express'))
  return otherDrivers(home?.dependencies.keys() ?? []).map((name) =>
    look(
      name,
      `${home!.file} names it`,
      'the layers hold PostgreSQL by pg alone; what this one keeps is not kept apart',
    ),
  )
}
