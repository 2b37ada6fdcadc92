/**
 * The paths that answer one person otherwise the second time, with nothing between: an app may count what is
 * read. They say nothing about anybody else, and are best not asked at all, since other answers may show the
 * count.
 */
export async function nonDeterministic(
  paths: Iterable<string>,
  ask: (path: string) => Promise<string>,
): Promise<Set<string>> {
  const found = new Set<string>()
  for (const path of paths) {
    const first = await ask(path)
    if ((await ask(path)) !== first) found.add(path)
  }
  return found
}
