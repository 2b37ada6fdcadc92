import { scanJson } from './json.js'
import { scanMarkdown } from './markdown.js'
import type { ScanOutput } from './report.js'
import { sarif } from './sarif.js'
import { terminal } from './terminal.js'

/** The outputs that a switch can select; the first is the default. */
export const outputs: readonly ScanOutput[] = [terminal, scanJson, scanMarkdown, sarif]
