/** A parameter of a declared segment, or a wildcard, and what may be left out with it: `:id`, `.:format?`, `*rest`. */
const PART = /(\.?):(\w+)([?+*]*)|\*(\w*)|[{}]|[^:*{}]/g

interface Segment {
  pattern: RegExp
  names: string[]
}

const segments = new Map<string, Segment>()

/** The names of the parameters in a declared segment, in order: `from` and `to` of `:from-:to`. */
export const parametersIn = (declared: string): readonly string[] => segmentOf(declared).names

/**
 * Returns the values that a segment of a sent path has for the parameters of the declared one, as they are sent; empty
 * if it does not match.
 */
export function valuesIn(declared: string, sent: string): (string | undefined)[] {
  return segmentOf(declared).pattern.exec(sent)?.slice(1) ?? []
}

/** Passes each parameter's value in a segment of a sent path through `change`; the text next to it stays: `12.json`, `@ann`. */
export function withParameters(
  declared: string,
  sent: string,
  change: (value: string, name: string) => string,
): string {
  const { pattern, names } = segmentOf(declared)
  const { indices = [] } = pattern.exec(sent) ?? {}
  let written = ''
  let end = 0
  for (const [place, name] of names.entries()) {
    const found = indices[place + 1]
    if (!found) continue
    written += sent.slice(end, found[0]) + change(sent.slice(...found), name)
    end = found[1]
  }
  return written + sent.slice(end)
}

/** Puts a value in the place of each parameter of a declared segment without optional parts. */
export function filledWith(declared: string, values: readonly string[]): string {
  let place = 0
  return declared.replace(/:\w+|\*\w*/g, () => values[place++]!)
}

function segmentOf(declared: string): Segment {
  const known = segments.get(declared) ?? compiled(declared)
  segments.set(declared, known)
  return known
}

function compiled(declared: string): Segment {
  const names: string[] = []
  const plain = declared.replace(/\([^)]*\)/g, '')
  // An optional part may begin in one segment and end in the next: `/books{/:id}`.
  const isWhole = plain.split('{').length === plain.split('}').length
  const source = (isWhole ? plain : plain.replace(/[{}]/g, '')).replace(
    PART,
    (part, dot?: string, name?: string, marks = '', rest?: string) => {
      if (part === '{') return '(?:'
      if (part === '}') return ')?'
      if (name === undefined && rest === undefined) return literal(part)
      names.push((name ?? rest) || 'x')
      if (name === undefined) return '(.*?)'
      const value = `${dot ? '\\.' : ''}(.+?)`
      return /[?*]/.test(marks) ? `(?:${value})?` : value
    },
  )
  return { pattern: new RegExp(`^${source}$`, 'di'), names }
}

/** A character of a declared path, which is sent as it is or encoded. */
function literal(text: string): string {
  const plain = text.replace(/[.*+?^${}()|[\]\\]/, '\\$&')
  return /\w/.test(text) ? plain : `(?:${plain}|%${text.codePointAt(0)!.toString(16)})`
}
