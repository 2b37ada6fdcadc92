declare module 'vary' {
  /** Adds fields to the `Vary` of an answer that are not in it yet; `*` stays. */
  export default function vary(res: import('node:http').ServerResponse, fields: string | string[]): void
}
