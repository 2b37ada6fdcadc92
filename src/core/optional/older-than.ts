/** Whether a version is older than another, number by number; what follows the numbers (`-beta.1`) does not count. */
export function olderThan(version: string, floor: string): boolean {
  const [given, least] = [version, floor].map((text) => text.split(/[-+]/)[0]!.split('.').map(Number))
  for (const [place, number] of least!.entries()) {
    const other = given![place] ?? 0
    if (other !== number) return other < number
  }
  return false
}
