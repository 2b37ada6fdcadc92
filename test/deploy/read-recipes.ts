import { parse as parseYaml } from 'yaml'

interface Service {
  command?: string[]
  environment?: Record<string, string>
  depends_on?: Record<string, { condition: string }>
  profiles?: string[]
  secrets?: string[]
  volumes?: string[]
}

/** compose.yaml as Docker reads it, its merged keys resolved. */
export const composeOf = (text: string) =>
  parseYaml(text, { merge: true }) as {
    services: Record<string, Service>
    secrets: Record<string, { environment: string }>
  }

/** `${NAME}`, `${NAME:-other}` and `${NAME:?why}` of compose.yaml. @throws where a variable must be set and is not */
export function interpolated(text: string, env: Record<string, string>): string {
  return text.replace(/\$\{(\w+)(?::([-?])((?:[^{}]|\$\{\w+\})*))?\}/g, (_all, name, how, rest = '') => {
    if (env[name]) return env[name]
    if (how !== '-') throw new Error(`${name} is not set: ${rest}`)
    return interpolated(rest, env)
  })
}

interface Instruction {
  name: string
  rest: string
  stage: number
}

/** A Dockerfile, instruction by instruction. @throws on a line that has another form */
export function dockerfileOf(text: string) {
  const lines = text.replace(/\\\n/g, '').split('\n')
  const instructions: Instruction[] = []
  let stage = -1
  for (const line of lines.filter((one) => one.trim() && !one.startsWith('#'))) {
    const [, name, rest] = /^([A-Z]+)\s+(.+)$/.exec(line) ?? []
    if (!name || !rest) throw new Error(`no instruction: ${line}`)
    if (name === 'FROM') stage++
    instructions.push({ name, rest, stage })
  }
  const last = (name: string) => instructions.findLast((one) => one.name === name)!.rest
  return {
    instructions,
    stages: instructions.filter(({ name }) => name === 'FROM').map(({ rest }) => rest),
    cmd: JSON.parse(last('CMD')) as string[],
    healthcheck: JSON.parse(last('HEALTHCHECK').replace(/^.*?CMD /, '')) as string[],
    env: Object.fromEntries(
      last('ENV')
        .split(' ')
        .map((pair) => pair.split('=') as [string, string]),
    ),
  }
}
