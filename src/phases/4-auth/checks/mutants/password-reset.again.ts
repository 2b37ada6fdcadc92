import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../passwords/password-reset.js'
import { resetThen } from './reset-then.js'

/** A link works as often as it is sent. */
export default replacing(import.meta.url, '../../passwords/password-reset.js', {
  passwordReset: resetThen(real, (kit) => kit.db('usertwo.password_resets').update({ used_at: null })),
} satisfies Partial<typeof real>)
