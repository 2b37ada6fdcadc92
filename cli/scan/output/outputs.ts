import { json } from './json.js'
import { markdown } from './markdown.js'
import type { Output } from './report.js'
import { sarif } from './sarif.js'
import { terminal } from './terminal.js'

/** What may be asked for by a switch of its name; the first is printed where none is. */
export const outputs: readonly Output[] = [terminal, json, markdown, sarif]
