/** What a provider says of a user, apart from which one it is. */
export interface Profile {
  /** an address that the provider has confirmed; null: it has confirmed no address */
  email: string | null
  /** by which the user recognises the account there */
  shown: string | null
}

/** By the claims of an ID token, or of the UserInfo endpoint (OpenID Connect Core, 5.1). */
export function profileOf(claims: Readonly<Record<string, unknown>>): Profile {
  const { email, email_verified: isVerified, preferred_username: name } = claims
  const given = typeof email === 'string' ? email : null
  const shown = given ?? (typeof name === 'string' ? name : null)
  return { email: isVerified === true ? given : null, shown: shown?.slice(0, 200) ?? null }
}
