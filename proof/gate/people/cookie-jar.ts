/** The app's own cookies, as one browser stores them. */
export class CookieJar {
  readonly #kept = new Map<string, string>()

  /** Stores the cookies that an answer sets, and drops those that it expires. */
  take(setCookie: string | string[] | undefined): void {
    for (const line of [setCookie ?? []].flat()) {
      const [pair = '', ...attributes] = line.split(';')
      const at = pair.indexOf('=')
      if (at < 1) continue
      const name = pair.slice(0, at).trim()
      if (attributes.some(isOver)) this.#kept.delete(name)
      else this.#kept.set(name, pair.slice(at + 1).trim())
    }
  }

  /** the Cookie header of a request; undefined without cookies */
  get header(): string | undefined {
    return this.besides('')
  }

  /**
   * The Cookie header with the cookies that another one of the same request lacks; undefined: it lacks none.
   *
   * @param but whether a cookie is left out
   */
  besides(sent: string, but: (name: string) => boolean = () => false): string | undefined {
    const named = new Set(sent.split(';').map((pair) => pair.split('=')[0]!.trim()))
    const more = [...this.#kept].filter(([name]) => !named.has(name) && !but(name))
    return more.map(([name, value]) => `${name}=${value}`).join('; ') || undefined
  }
}

function isOver(attribute: string): boolean {
  const [name = '', value = ''] = attribute.split('=').map((part) => part.trim().toLowerCase())
  return name === 'max-age' ? Number(value) <= 0 : name === 'expires' && Date.parse(value) <= 0
}
