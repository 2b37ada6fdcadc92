declare module 'vary' {
  const vary: {
    /** A `Vary` with the fields that are not in it yet added; `*` stays. */
    append(header: string, fields: string | string[]): string
  }
  export default vary
}
