import { relative, sep } from 'node:path'
import { FUNCTION } from '../../../reading/syntax/binding.js'
import type { Source } from '../../../reading/syntax/sources.js'
import { calledMember, isCall } from '../../../reading/syntax/syntax.js'
import { locate, traverse } from '../../../reading/syntax/tree.js'
import { CannotGoOn } from '../cannot-go-on.js'
import type { Reading } from '../reading/reading.js'

/** Whether the app ended because it sent a query before usertwo had it. */
export const isEarlyQuery = ({ message }: Error): boolean => /\bscope_unconfigured\b/.test(message)

/** A query is sent before there is an app that the entry could give to usertwo. */
export class EarlyQuery extends CannotGoOn {
  /** @param at where it is sent, `file:line` */
  constructor(readonly at: string) {
    super(
      `${at}: a query is sent while the file is loaded, before the app is made, and without a user: move it into the function that starts the server, behind express(), or run it in app.migrate`,
    )
  }
}

/** Rethrows an error; that of a query which the app sends while it is loaded as EarlyQuery. */
export function rethrowInWords({
  folder,
  sources,
}: Pick<Reading, 'folder' | 'sources'>): (error: Error) => never {
  return (error) => {
    if (!isEarlyQuery(error)) throw error
    throw new EarlyQuery(frameIn(error.message, folder) ?? queryAtLoad(sources) ?? 'a file of the app')
  }
}

/** The first line of the app's own in a stack: `file:///notes/server.js:4:28`. */
function frameIn(text: string, folder: string): string | null {
  const frames = [...text.matchAll(/^\s*at .*?(?:file:\/\/)?(\/[^():\n]+):(\d+):\d+\)?(?: \{)?$/gm)]
  for (const [, file, line] of frames) {
    const name = relative(folder, file!).split(sep).join('/')
    if (!name.startsWith('..') && !/(?:^|\/)node_modules\/|hardened/.test(name)) return `${name}:${line}`
  }
  return null
}

const SENDS =
  /^(?:query|raw|any|one|oneOrNone|many|manyOrNone|none|execute|findMany|findAll|find|count|sync|authenticate|initialize)$/

/** What runs while a file is loaded is in no function. */
function queryAtLoad(sources: readonly Source[]): string | null {
  const found: string[] = []
  for (const { file, tree } of sources)
    traverse(tree, (node, parents) => {
      const member = isCall(node) ? calledMember(node) : null
      if (member && SENDS.test(member.name) && !parents.some(({ type }) => FUNCTION.test(type)))
        found.push(locate(file, node))
    })
  return found[0] ?? null
}
