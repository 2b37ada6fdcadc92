// The first step of every command of this repository, so that each works on a fresh clone: plain JavaScript,
// no packages. Prints a line for each thing it does, and nothing if there is nothing to do.
import './prepare/help.mjs'
import './prepare/node-version.mjs'
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { takeOnly } from './prepare/arguments.mjs'
import { findOrGetBrowser } from './prepare/browser.mjs'
import { buildPages, buildToolkit } from './prepare/build.mjs'
import { installPackages } from './prepare/packages.mjs'
import { useRamdisk } from './prepare/ramdisk.mjs'
import { orSay } from './prepare/step.mjs'

/** Prepares the clone. If a step fails, prints the reason and how to continue, and ends the process. */
export function prepare() {
  orSay(() => {
    installPackages()
    buildToolkit()
    buildPages()
    findOrGetBrowser()
    useRamdisk()
  })
}

if (realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  takeOnly()
  prepare()
}
