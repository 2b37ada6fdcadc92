import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Report, Reporter } from '../../proof/gate/report/report.js'
import { reporters } from '../../proof/gate/report/reporters.js'
import { summaryLines } from '../../proof/gate/report/terminal.js'
import { nearest } from '../../src/config/nearest.js'
import { UsageError } from '../usage-error.js'

/** Where each reporter's words go. */
export interface Output {
  reporter: Reporter
  /** null: the standard output */
  file: string | null
}

export interface OutputOptions {
  /** `--reporter`, one or several separated by commas; default: table */
  reporter?: string
  /** `--json`: the same as `--reporter json` */
  json?: boolean
  /** `--output`: the file of one document, the folder of several */
  output?: string
  /** for documents that are not alone and have no `--output` */
  folder: string
}

/**
 * A document alone is printed; beside other reporters, or with `--output`, it goes to a file, so that the
 * standard output holds one thing. Lines (table, github) are always printed, and a page (html) never is.
 * @throws UsageError for an unknown reporter, or an `--output` that has nothing to hold
 */
export function chooseOutputs({ reporter, json, output, folder }: OutputOptions): Output[] {
  if (json && reporter !== undefined) throw new UsageError('--json is --reporter json: give one of the two')
  const names = (json ? 'json' : (reporter ?? 'table')).split(',').map((name) => name.trim())
  const chosen = [...new Set(names)].map(named)
  const documents = chosen.filter(({ file }) => file !== null)
  if (output !== undefined && !documents.length)
    throw new UsageError(
      `--output ${output}: ${names.join(', ')} has no file; add json, junit, markdown or html`,
    )
  const place = (name: string) =>
    documents.length === 1 && output !== undefined ? output : join(output ?? folder, name)
  const printed = chosen.length === 1 && output === undefined && !chosen[0]?.isPage
  return chosen.map((one) => ({
    reporter: one,
    file: one.file === null || printed ? null : place(one.file),
  }))
}

function named(name: string): Reporter {
  const found = reporters.find((one) => one.name === name)
  if (found) return found
  const all = reporters.map((one) => one.name)
  const near = nearest(name, all)
  throw new UsageError(
    `--reporter ${name}: ${near ? `did you mean ${near}? ` : ''}allowed: ${all.join(', ')}, several separated by commas`,
  )
}

/** Whether results are printed as lines while they come. */
export function printsLines(outputs: readonly Output[]): boolean {
  return outputs.some(({ reporter }) => reporter.name === 'table')
}

/**
 * Prints a report, or writes it to files.
 * @returns how to print one more line below it
 */
export function printReport(outputs: readonly Output[], report: Report): (line: string) => void {
  const print = printsLines(outputs) ? (line: string) => console.log(line) : () => {}
  summaryLines(report).forEach(print)
  // Where a document is printed, or nothing, the standard output has no other line.
  const note = printsLines(outputs) ? print : (line: string) => console.error(line)
  for (const file of writeOutputs(outputs, report)) note(`written to ${file}`)
  for (const { reporter, file } of outputs)
    if (file === null && reporter.name !== 'table') process.stdout.write(reporter.render(report))
  return print
}

/** Writes what goes to files. @returns the files */
export function writeOutputs(outputs: readonly Output[], report: Report): string[] {
  return outputs.flatMap(({ reporter, file }) => {
    if (file === null) return []
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, reporter.render(report))
    return [file]
  })
}
