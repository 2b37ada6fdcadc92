const works: (() => unknown)[] = []

/**
 * Does `work` after the last test of the present file. Files share a process and its modules, so a hook that a module
 * registers when it is loaded would belong to the first file alone.
 */
export function atFileEnd(work: () => unknown): void {
  works.push(work)
}

/** What each-file.ts calls. */
export async function endFile(): Promise<void> {
  await Promise.all(works.splice(0).map((work) => work()))
}
