declare module 'vary' {
  const vary: {
    /** Returns a `Vary` header with the missing fields added; `*` stays. */
    append(header: string, fields: string | string[]): string
  }
  export default vary
}
