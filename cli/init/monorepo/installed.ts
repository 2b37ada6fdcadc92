import { relative } from 'node:path'
import { commandFor, installFor, workspaceOf } from '../../../reading/app/workspace-root.js'
import type { Source } from '../../../reading/syntax/sources.js'
import { CannotGoOn } from '../cannot-go-on.js'
import { unbuiltPackages } from './around.js'
import { hasPackage } from './outside.js'

/** @throws ConfigError with the command for what init cannot run the app without: its packages, and usertwo */
export function refuseNotInstalled(folder: string): void {
  const workspace = workspaceOf(folder)
  const root = workspace?.root ?? folder
  const place = root === folder ? '' : `, in ${relative(folder, root)}`
  if (!hasPackage(folder, 'express'))
    throw new CannotGoOn(
      `the packages of the app are not installed: ${workspace?.manager ?? 'npm'} install${place}`,
    )
  if (!hasPackage(folder, 'usertwo'))
    throw new CannotGoOn(
      `usertwo is not installed where the app is: ${installFor(root, folder, 'usertwo')}${place}`,
    )
}

/** @throws ConfigError when a package of the workspace that the app loads is not built */
export function refuseUnbuilt(folder: string, sources: readonly Source[]): void {
  const unbuilt = unbuiltPackages(folder, sources)
  if (unbuilt.length === 0) return
  const root = workspaceOf(folder)?.root ?? folder
  throw new CannotGoOn(
    ...unbuilt.map(
      ({ name, folder: place, file, by }) =>
        `${by} loads ${name}, whose package.json names ${file}, which is not there: ${commandFor(root, place, 'build')} makes it, in ${root === folder ? 'this folder' : relative(folder, root)}`,
    ),
  )
}
