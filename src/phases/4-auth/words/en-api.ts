/**
 * What the API answers people with, always in English. A page shows the same in its language: each text is found in the
 * catalogue by what it says in English, so that none of them may say the same as another.
 */
export const API_TEXTS = {
  'problem.invalid_request': 'The request is not valid.',
  'problem.authentication_required': 'Please log in.',
  'problem.reauth_required': 'Please give your password again.',
  'problem.csrf_failed': 'This request did not come from the page it claims to.',
  'problem.email_not_verified': 'Please confirm your e-mail address first.',
  'problem.forbidden': 'You may not do this.',
  'problem.not_found': 'There is nothing here.',
  'problem.user_changed': 'Another user is logged in here now.',
  'problem.taken': 'Another user has this value.',
  'problem.already_exists': 'This exists already.',
  'problem.payload_too_large': 'The request is too large.',
  'problem.internal_error': 'Something went wrong.',
  'problem.unavailable': 'Not available right now. Please try again.',

  'refused.no_login': 'Give an e-mail address or a user name.',
  'refused.no_email': 'Give an e-mail address.',
  'refused.not_email': 'This is not an e-mail address.',
  'refused.no_username': 'Give a user name.',
  'refused.username_form': 'Use 2 to 40 letters, digits, ".", "_" or "-".',
  'refused.no_password': 'Give a password.',
  'refused.password_long': 'At most 128 characters.',
  'refused.password_short': 'At least 8 characters.',
  'refused.password_broken': 'This is not valid text.',
  'refused.password_name':
    'This is hardly more than a name of yours or of the app. Add words that others would not think of.',
  'refused.password_common': 'This is one of the first that others would try.',
  'refused.password_breached': 'This password was in a breach: others have lists with it. Choose another.',
  'refused.password_wrong': 'This is not your password.',
  'refused.code_long': 'Too long.',
  'refused.email_has_account': 'This address has an account already. Log in.',
  'refused.name_has_account': 'This name has an account already. Log in.',
  'refused.email_taken': 'Another user has this address.',
  'refused.name_taken': 'Another user has this name.',
  'refused.email_same': 'This is your address already.',
  'refused.email_unconfirmed':
    'Confirm your address first: open the link in the mail we sent to it, or ask for another.',
  'refused.link_over': 'This link is too old, or was used already. Ask for a new one.',
  'refused.link_login_first': 'Log in first, in this browser. Then open the link again.',
  'refused.link_elsewhere':
    'Open this link in the browser in which you asked for it. It was not used, and still works there.',
  'refused.factor_code_form': 'Give the 6 digits that the app shows, or a recovery code.',
  'refused.factor_code_wrong': 'This code is wrong, or was used already.',
  'refused.factor_code_due': 'Give a code of your second factor.',
  'refused.factor_code_first': 'Give a code of the factor there is.',
  'refused.factor_none': 'A second factor is not set up.',
  'refused.factor_again': 'Start again: a new secret waits for its code for 15 minutes.',
  'refused.factor_late': 'The login took too long, or was changed meanwhile. Log in again.',
  'refused.passkey': 'This passkey was not accepted, or it took longer than 5 minutes. Try again.',
  'refused.passkey_again': 'The passkey was not accepted, or it took longer than 5 minutes. Start again.',
  'refused.passkey_taken': 'This passkey is registered already.',
  'refused.passkeys_many': 'There are 20 passkeys already. Remove one first.',
  'refused.passkey_last': 'This passkey is the only way into your account. Set a password first.',
  'refused.provider_away': 'The provider does not answer. Please try again.',
  'refused.provider_last':
    'This is the only way into your account. Set a password first: the page “Forgot your password?” mails you a link.',
  'refused.passkey_name': 'Give a name of 1 to 60 characters.',
  'refused.last_admin': 'This is the only administrator who can log in. Make another one first.',
  'refused.owner_stays':
    'The owner’s account stays: the app’s own code works over its rows. Hand the app over first.',
  'refused.export_running': 'Another export is being written. Please try again when it is done.',
  'refused.logins_many': 'Too many logins at once.',
  'refused.not_a_form': 'Send the form of this page.',
  'refused.user_changed':
    'This was sent by a page that was made for another login than the one this browser has now. Nothing was changed.',

  'register.done': 'If the address was free, the account is ready: log in with it.',
  'register.done_by_name': 'If the name was free, the account is ready: log in with it.',
  'register.mailed': 'A mail is on its way to this address. Open the link in it to go on.',
}
