/** By which copies of pg the start has tried its bindings; null: it has not. The store is the app's copy of the package's. */
export function triedBy(): string[] | null {
  const tried = (globalThis as unknown as Record<symbol, string[] | undefined>)[
    Symbol.for('usertwo.binding-lasts')
  ]
  return tried ?? null
}
