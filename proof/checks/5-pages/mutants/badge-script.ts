import * as real from '../../../../src/phases/5-pages/badge/badge-script.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** The badge is placed over the first clickable element. */
const overClickable = `const findSpot = (width, height) => {
  for (const element of document.querySelectorAll('a[href],button,input,select,textarea')) {
    const { x, y, right, bottom } = element.getBoundingClientRect()
    if (right > x && x >= 0 && y >= 0 && right <= innerWidth && bottom <= innerHeight) return { x, y, width, height }
  }
  return { x: 8, y: 8, width, height }
}
const unused = (width, height) =>`

export default replacing(import.meta.url, '../../../../src/phases/5-pages/badge/badge-script.js', {
  covers: {
    badgeScript: (say) =>
      real
        .badgeScript(say)
        .replace('const findSpot = (width, height) =>', overClickable)
        .replace('if (view === seen && spot && isFree(spot, false)) return', ''),
  },
  /** A call gets its 401 at once. */
  givesUp: {
    badgeScript: (say) =>
      real.badgeScript(say).replace('const isBack = async (isRead) => {', '$& return false'),
  },
  /** A call that waits is sent twice. */
  twice: {
    badgeScript: (say) =>
      real.badgeScript(say).replace('return plain(again)', 'await plain(again.clone()); $&'),
  },
} satisfies Record<string, Partial<typeof real>>)
