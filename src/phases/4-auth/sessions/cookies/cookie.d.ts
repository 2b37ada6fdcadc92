declare module 'cookie' {
  export interface CookieSerializeOptions {
    path?: string
    domain?: string
    /** seconds */
    maxAge?: number
    expires?: Date
    secure?: boolean
    httpOnly?: boolean
    sameSite?: 'lax' | 'strict' | 'none'
  }
  /** Writes one `Set-Cookie` (RFC 6265). @throws TypeError for a value that no cookie can hold */
  export function serialize(name: string, value: string, options?: CookieSerializeOptions): string
}
