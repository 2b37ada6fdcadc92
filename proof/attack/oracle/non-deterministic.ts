/**
 * Returns the paths whose answer to one user changes without a request in between: an app may count reads.
 * They prove nothing about other users. They are best not requested at all, because other answers may show
 * the count.
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
