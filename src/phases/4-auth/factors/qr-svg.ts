/** Light modules around a code, without which scanners do not find it (ISO/IEC 18004). */
const QUIET = 4

/**
 * Draws a QR code as SVG: dark on white in every theme, as scanners expect it, without style attributes, which the pages'
 * Content-Security-Policy refuses.
 *
 * @param rows true: dark
 */
export function qrSvg(rows: readonly (readonly boolean[])[]): string {
  const size = rows.length + 2 * QUIET
  const dark = rows.flatMap((row, y) =>
    row.flatMap((isDark, x) => (isDark ? [`M${x + QUIET} ${y + QUIET}h1v1h-1z`] : [])),
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${size}v${size}h-${size}z"/><path fill="#000" d="${dark.join('')}"/></svg>`
}
