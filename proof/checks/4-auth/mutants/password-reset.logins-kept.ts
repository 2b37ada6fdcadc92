import * as real from '../../../../src/phases/4-auth/passwords/password-reset.js'
import { replacing } from '../../../gate/replace/replacing.js'
import { resetThen } from './reset-then.js'

/** Logins from before go on. */
export default replacing(import.meta.url, '../../../../src/phases/4-auth/passwords/password-reset.js', {
  passwordReset: resetThen(real, (kit) => kit.db('usertwo.user_sessions').update({ revoked_at: null })),
} satisfies Partial<typeof real>)
