import { basename } from 'node:path'

const SHELL = /^(?:ba|da|z|a|k)?sh$|^cmd(?:\.exe)?$/i
/** `NODE_OPTIONS=… node server.js`, also behind `export`, `env`, `set` and other variables; the value by itself. */
const ASSIGNED =
  /(?:^|[;&|(\n]|(?<![\w-])(?:export|env|set)\s)\s*(?:\w+=(?:"[^"]*"|'[^']*'|\S*)\s+)*NODE_OPTIONS=("[^"]*"|'[^']*'|\S*)/g
const KEEPS = /\$\{?NODE_OPTIONS|%NODE_OPTIONS%/

/**
 * Returns what is wrong with a command that a shell runs with other options for Node: those hold the layers, and Node processes
 * behind it would have none. Null: nothing, or no layer is needed at dial 0.
 */
export function replacesOptions(
  command: readonly string[],
  env: Record<string, string | undefined>,
  isText = false,
): string | null {
  const dials = Object.entries(env).flatMap(([name, value]) =>
    name.endsWith('USERTWO_PHASE') ? [value?.trim()] : [],
  )
  if (dials.length > 0 && dials.every((dial) => dial === '0')) return null
  const [program = ''] = command
  if (!isText && !SHELL.test(basename(program))) return null
  const taken = command
    .flatMap((text) => [...text.matchAll(ASSIGNED)])
    .find(([, value]) => value!.startsWith("'") || !KEEPS.test(value!))
  return taken
    ? `the command sets NODE_OPTIONS, which takes the layers away: ${taken[0].trim()}. Write NODE_OPTIONS="$NODE_OPTIONS …", or set it in the environment`
    : null
}
