/** Whether the server refused startup options, as PgBouncer does. */
export function refusesStartupOptions(error: unknown): boolean {
  return error instanceof Error && /unsupported startup parameter/i.test(error.message)
}

/** Returns a URL whose connections also begin with these options, `-c name=value`. */
export function withStartupOptions(url: string, options: string): string {
  const more = new URL(url)
  more.searchParams.set('options', [more.searchParams.get('options'), options].filter(Boolean).join(' '))
  return more.href
}

/** The work needs a connection of its own, which a PgBouncer in transaction mode does not provide. */
export class DirectConnectionNeeded extends Error {
  constructor() {
    super(
      'This URL leads to a PgBouncer, and commands need the server itself: say --database postgres://…, with a login of the app’s and without the PgBouncer.',
    )
    this.name = 'DirectConnectionNeeded'
  }
}
