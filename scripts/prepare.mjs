// What every command of this repository does first, so that each works on a fresh clone: plain JavaScript, no
// packages. Says a line for each thing it does; says nothing when nothing is to do.
import './prepare/node-version.mjs'
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { findOrGetBrowser } from './prepare/browser.mjs'
import { buildPages, buildToolkit } from './prepare/build.mjs'
import { installPackages } from './prepare/packages.mjs'
import { useRamdisk } from './prepare/ramdisk.mjs'
import { orSay } from './prepare/step.mjs'

/** Ends the process where a step fails, having said what and how to go on. */
export function prepare() {
  orSay(() => {
    installPackages()
    buildToolkit()
    buildPages()
    findOrGetBrowser()
    useRamdisk()
  })
}

if (realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) prepare()
