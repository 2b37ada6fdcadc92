import { github } from './github.js'
import { htmlPage } from './html/reporter.js'
import { json } from './json.js'
import { junit } from './junit.js'
import { markdown } from './markdown.js'
import type { Reporter } from './report.js'
import { table } from './table.js'

/** All reporters of `gate --reporter`, in the order of its help. */
export const reporters: readonly Reporter[] = [table, json, junit, markdown, github, htmlPage]
