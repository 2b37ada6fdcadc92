/**
 * The texts of e-mails: a subject, and paragraphs separated by an empty line. `{link}` alone in a paragraph
 * is the link; in HTML its text is `….link`.
 */
export const MAIL = {
  /** The operator's HTML around an e-mail's text. */
  'mail.html': '{content}',

  'mail.reset.subject': 'A new password for {app}',
  'mail.reset.text': `Someone, hopefully you, asked for a new password in {app}.

This link sets one, once and within {life}. Every login there is now ends with it. A link that was mailed earlier works too, within its own time.

{link}

If it was not you, there is nothing to do: without the link nothing changes.`,
  'mail.reset.link': 'Set a new password',

  'mail.login_link.subject': 'Log in to {app}',
  'mail.login_link.text': `Someone, hopefully you, wants to log in to {app} with this address.

This link logs you in, once and within 15 minutes, in the browser that asked for it:

{link}

If it was not you, there is nothing to do: in any other browser the link does nothing. Do not pass it on.`,
  'mail.login_link.link': 'Log in',

  'mail.password_changed.subject': 'Your password for {app} was changed',
  'mail.password_changed.text': `The password of your account in {app} was changed. Every other login there was has ended.

If it was you, there is nothing to do.

If it was not you, set a new one now:

{link}`,
  'mail.password_changed.link': 'Set a new password',

  'mail.verify.subject': 'Confirm your address for {app}',
  'mail.verify.text': `Someone, hopefully you, registered with this address in {app}.

This link confirms it, once and within a day. Then you can log in.

{link}

If it was not you, do not open it: without it the account cannot be used.`,
  'mail.verify.link': 'Confirm the address',

  'mail.email_change.subject': 'Your new address for {app}',
  'mail.email_change.text': `Someone, hopefully you, wants to use this address for their account in {app}.

This link confirms it, once and within an hour, in a browser where you are logged in.

{link}

If it was not you, there is nothing to do: without the link nothing changes.`,
  'mail.email_change.link': 'Use this address',

  'mail.email_change_asked.subject': 'Your address for {app} is to be changed',
  'mail.email_change_asked.text': `Someone who knows your password, hopefully you, asked for another address of your account in {app}. Until the new one is confirmed nothing changes.

If it was not you, set a new password now: it takes the change back.

{link}`,
  'mail.email_change_asked.link': 'Set a new password',

  'mail.email_changed.subject': 'Your address for {app} was changed',
  'mail.email_changed.text': `Your account in {app} has another address from now on. Nothing about it is mailed to this one any more.

If it was not you, tell the people who run the app.`,

  'mail.invitation.subject': 'An invitation to {app}',
  'mail.invitation.text': `You are invited to {app}. Register with this address, once and within {days}:

{link}

Where it asks for the code of the invitation: {code}

If you did not expect this, there is nothing to do.`,
  'mail.invitation.link': 'Register',

  'mail.claim.subject': 'Your claim code for {app}',
  'mail.claim.text': `{app} has no owner yet. The person who registers with this code becomes its owner, with everything that is in it. The code works once and for a day.

{link}

Where it asks for the claim code: {code}

If you did not ask for it, there is nothing to do. Do not give it to anyone.`,
  'mail.claim.link': 'Register as the owner',

  'mail.guessing.subject': 'Someone is trying passwords for your account in {app}',
  'mail.guessing.text': `In the last day at least five wrong passwords were tried for your account in {app}. None of them was right, and guessing is slowed down. You can still log in from a browser in which you have logged in before.

If you use this password elsewhere, or it is easy to guess, set a new one:

{link}`,
  'mail.guessing.link': 'Set a new password',

  'mail.refresh_reused.subject': 'A login of yours in {app} has ended',
  'mail.refresh_reused.text': `A key to your account in {app} that had been replaced already was used once more. That happens when someone has copied it from one of your devices, and sometimes when a connection breaks. To be safe, the login it belonged to has ended on every device that used it. Log in again to go on.

If you cannot explain it, set a new password: every login there is ends with it.

{link}`,
  'mail.refresh_reused.link': 'Set a new password',

  'mail.factor_added.subject': 'A second factor protects your account in {app}',
  'mail.factor_added.text': `An authenticator app was set up as the second factor of your account in {app}. Logging in takes a code from it now, and every other login has ended.

If it was you, there is nothing to do.

If it was not you, set a new password, then ask the operator of the app to remove the second factor:

{link}`,
  'mail.factor_added.link': 'Set a new password',

  'mail.factor_removed.subject': 'Your account in {app} has no second factor any more',
  'mail.factor_removed.text': `The second factor of your account in {app} was removed. Logging in takes the password alone.

If you turned it off, or asked the operator to, there is nothing to do.

If not, set a new password now, then set up a second factor again:

{link}`,
  'mail.factor_removed.link': 'Set a new password',

  'mail.passkey_added.subject': 'A passkey was added to your account in {app}',
  'mail.passkey_added.text': `A passkey was added to your account in {app}. It logs in without the password.

If it was you, there is nothing to do.

If it was not you, set a new password, then remove the passkey on the page of your account:

{link}`,
  'mail.passkey_added.link': 'Set a new password',

  'mail.passkey_removed.subject': 'A passkey of your account in {app} was removed',
  'mail.passkey_removed.text': `A passkey of your account in {app} was removed. It does not log in any more.

If you removed it, or asked the operator to, there is nothing to do.

If not, set a new password now:

{link}`,
  'mail.passkey_removed.link': 'Set a new password',

  'mail.provider_linked.subject': 'Your account in {app} has another login',
  'mail.provider_linked.text': `An account at another provider was linked to your account in {app}. It logs in without the password.

If it was you, there is nothing to do.

If it was not you, set a new password, then unlink it on the page of your account:

{link}`,
  'mail.provider_linked.link': 'Set a new password',

  'mail.provider_unlinked.subject': 'A login of your account in {app} was removed',
  'mail.provider_unlinked.text': `An account at another provider was unlinked from your account in {app}. It does not log in any more.

If you unlinked it, or asked the operator to, there is nothing to do.

If not, set a new password now:

{link}`,
  'mail.provider_unlinked.link': 'Set a new password',

  'mail.deletion_asked.subject': 'Your account in {app} will be deleted',
  'mail.deletion_asked.text': `Your account in {app}, and everything that belongs to it, will be deleted on {day}. Until then you can log in and keep it:

{link}

If it was not you who asked for this, keep the account, then set a new password.`,
  'mail.deletion_asked.link': 'Keep the account',

  'mail.deletion_cancelled.subject': 'Your account in {app} stays',
  'mail.deletion_cancelled.text': `Your account in {app} is not deleted: it was taken back, in a browser where you are logged in.

If it was not you, set a new password:

{link}`,
  'mail.deletion_cancelled.link': 'Set a new password',

  'mail.taken.subject': 'You already have an account in {app}',
  'mail.taken.text': `Someone, hopefully you, wanted to register with this address in {app}. It has an account already, and nothing was changed.

{login}

If you do not know its password, or never confirmed the address, set a new password:

{link}

If it was not you, there is nothing to do.`,
  'mail.taken.login': 'Log in',
  'mail.taken.link': 'Set a new password',
}
