/** A table of usertwo with rows about users. */
export interface AboutUser {
  /** What the user gets of a row: no secret and no hash of one. */
  columns: readonly string[]
  /** The condition for the rows of the user `?`. Default: `user_id = ?`. */
  where?: string
}

/** Every table of usertwo with rows about users, by name. own-tables.test.ts compares it with the catalog. */
export const ABOUT_USER: Readonly<Record<string, AboutUser>> = {
  audit: { columns: ['at', 'event', 'ip_address'] },
  credentials: {
    columns: ['roles', 'is_active', 'is_verified', 'must_verify', 'created_at', 'updated_at'],
  },
  deletions: { columns: ['asked_at', 'due_at'] },
  identities: { columns: ['provider', 'iss', 'sub', 'shown', 'created_at', 'last_used_at'] },
  links: { columns: ['kind', 'email', 'former_email', 'role', 'created_at', 'expires_at', 'used_at'] },
  oauth_flows: { columns: ['provider', 'expires_at'] },
  outbox: { columns: ['kind', 'language', 'created_at', 'sent_at', 'given_up_at'] },
  passkey_challenges: { columns: ['expires_at'] },
  passkeys: { columns: ['name', 'transports', 'is_backed_up', 'created_at', 'last_used_at'] },
  password_resets: { columns: ['created_at', 'expires_at', 'used_at'] },
  recovery_codes: { columns: ['used_at'] },
  revoked_tokens: { columns: ['revoked_at', 'expires_at'] },
  tokens: {
    columns: ['name', 'scopes'],
    where: 'id in (select id from usertwo.user_sessions where user_id = ?)',
  },
  totp: { columns: ['confirmed_at'] },
  user_sessions: {
    columns: [
      'issued_at',
      'last_used_at',
      'authenticated_at',
      'expires_at',
      'revoked_at',
      'user_agent',
      'ip_address',
      'on_shared_computer',
    ],
  },
}
