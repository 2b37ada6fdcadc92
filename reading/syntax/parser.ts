import { createRequire } from 'node:module'
import type babel from '@babel/traverse'
import { keepScopes } from './binding.js'
import type { Node } from './tree.js'

const require = createRequire(import.meta.url)

/**
 * Parses a file.
 * @throws SyntaxError
 */
export type Parse = (text: string, file: string) => Node

/** Loads Babel, which only commands need. */
export async function loadParser(): Promise<Parse> {
  const { parse } = await import('@babel/parser')
  // `import` wraps this CommonJS package once in Node and not at all in vitest; `require` never does.
  const { default: walk } = require('@babel/traverse') as typeof babel
  return (text, file) => {
    const parsed = parse(text, {
      sourceType: 'unambiguous',
      allowReturnOutsideFunction: true,
      errorRecovery: true,
      plugins: [...(/\.[mc]?tsx?$/.test(file) ? (['typescript'] as const) : []), ...jsx(file), 'decorators'],
    })
    keepScopes(parsed, walk)
    return parsed.program as unknown as Node
  }
}

/** Type assertions of `.ts` files (`<T>x`) are not JSX. */
function jsx(file: string): ['jsx'] | [] {
  return /\.[mc]?ts$/.test(file) ? [] : ['jsx']
}
