import type { IncomingMessage } from 'node:http'
import { isNamed } from '../../../express/remove-header.js'

/** One name: printable ASCII without a comma, which would make it a list, and without space around it. */
const NAME = /^[!-+\--~](?:[ -+\--~]*[!-+\--~])?$/

/** Whether a text can be the one name in a header. */
export const isOneName = (text: string): boolean => NAME.test(text)

/** Returns the one name in a header; null: it is absent, empty, sent twice, a list, or has other than printable ASCII. */
export function nameInHeader(
  { rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>,
  header: string,
): string | null {
  const values = rawHeaders.filter((_, at) => at % 2 === 1 && isNamed(rawHeaders[at - 1]!, header))
  const [value = ''] = values
  return values.length === 1 && isOneName(value) ? value : null
}
