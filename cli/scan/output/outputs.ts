import { scanJson } from './json.js'
import { scanMarkdown } from './markdown.js'
import type { ScanOutput } from './report.js'
import { sarif } from './sarif.js'
import { terminal } from './terminal.js'

/** What may be asked for by a switch of its name; the first is printed where none is. */
export const outputs: readonly ScanOutput[] = [terminal, scanJson, scanMarkdown, sarif]
