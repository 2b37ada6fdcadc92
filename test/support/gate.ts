import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

interface CheckReport {
  id: string
  verdict: string
  nothingToDo?: string
  evidence: { what: string; got?: string }[]
  notes: string[]
  mutants: { mutant: string; red: boolean }[]
}

export interface GateReport {
  go: boolean
  checks: CheckReport[]
  /** what is neither passed nor waived, in words */
  red: string[]
}

/** The gate as built, as the command line runs it on the app in `folder`, a path from `test/`. */
export async function gateOf(folder: string, ...args: string[]): Promise<GateReport> {
  const config = fileURLToPath(new URL(`../${folder}`, import.meta.url))
  const command = [CLI, 'gate', ...args, '--config', config, '--json']
  const run = promisify(execFile)(process.execPath, command, { maxBuffer: 64 * 1024 * 1024 })
  const { stdout, stderr } = await run.catch((error: { stdout: string; stderr: string }) => error)
  if (!stdout.startsWith('{')) throw new Error(`the gate printed no report: ${stderr}`)
  const report = JSON.parse(stdout) as { go: boolean; phases: { checks: CheckReport[] }[] }
  const checks = report.phases.flatMap((phase) => phase.checks)
  const red = checks
    .filter(({ verdict }) => verdict !== 'pass' && verdict !== 'waived')
    .map(({ id, verdict, evidence }) => `${id}: ${verdict}: ${evidence[0]?.what} ${evidence[0]?.got ?? ''}`)
  return { go: report.go, checks, red }
}
