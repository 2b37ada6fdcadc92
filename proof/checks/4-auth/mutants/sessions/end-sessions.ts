import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/sessions/end-sessions.js', {
  /** Nothing that changes an account ends its logins. */
  kept: {
    endLogins: async () => {},
  },
} satisfies Record<
  string,
  Partial<typeof import('../../../../../src/phases/4-auth/sessions/end-sessions.js')>
>)
