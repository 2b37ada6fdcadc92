import * as real from '../../../../src/phases/4-auth/passwords/password-reset.js'
import { replacing } from '../../../gate/replace/replacing.js'
import { resetThen } from './reset-then.js'

/** A link works as often as it is sent. */
export default replacing(import.meta.url, '../../../../src/phases/4-auth/passwords/password-reset.js', {
  passwordReset: resetThen(real, (kit) => kit.db('usertwo.password_resets').update({ used_at: null })),
} satisfies Partial<typeof real>)
