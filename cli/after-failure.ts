import { existsSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { databaseUrl } from './database.js'
import { type CommandName, DECLARED } from './declared/index.js'
import type { Diagnosis } from './doctor/diagnosis.js'

/**
 * Returns what `usertwo doctor` finds wrong with the command's dependencies, except what was printed already.
 */
export async function afterFailure(name: string, args: readonly string[], said = ''): Promise<string[]> {
  const dependsOn = Object.hasOwn(DECLARED, name) ? DECLARED[name as CommandName].dependsOn : undefined
  if (!dependsOn) return []
  try {
    const found: Diagnosis[] = []
    if (dependsOn.includes('packages'))
      found.push(...(await import('./doctor/packages.js')).lookAtPackages(folderOf(name, args)))
    if (dependsOn.includes('machine'))
      found.push(...(await (await import('./doctor/machine.js')).lookAtMachine()))
    if (dependsOn.includes('database')) found.push(...(await ofDatabase(args)))
    const { diagnosisLines } = await import('./doctor/doctor.js')
    const wrong = found.filter(({ state, fix }) => state === 'wrong' && !said.includes(fix!))
    return wrong.length ? ['usertwo doctor says:', ...diagnosisLines(wrong)] : []
  } catch {
    // The failure itself has been printed already.
    return []
  }
}

async function ofDatabase(args: readonly string[]): Promise<Diagnosis[]> {
  const { lookAtDatabase } = await import('./doctor/database.js')
  const dial = Number(process.env.USERTWO_PHASE) || 0
  return lookAtDatabase(databaseUrl(given(args).database), dial)
}

function folderOf(name: string, args: readonly string[]): string {
  const { config, positional } = given(args)
  const place = resolve(config ?? (name === 'init' ? positional : undefined) ?? '.')
  return existsSync(place) && statSync(place).isFile() ? dirname(place) : place
}

/**
 * Returns the options and the first argument that any command may have, without knowing the command's other
 * options.
 */
function given(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    strict: false,
    options: { config: { type: 'string' }, database: { type: 'string' } },
  })
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined)
  return { config: text(values.config), database: text(values.database), positional: positionals[0] }
}
