import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../passwords/password-reset.js'
import { resetThen } from './reset-then.js'

/** Logins from before go on. */
export default replacing(import.meta.url, '../../passwords/password-reset.js', {
  passwordReset: resetThen(real, (kit) => kit.db('usertwo.user_sessions').update({ revoked_at: null })),
} satisfies Partial<typeof real>)
