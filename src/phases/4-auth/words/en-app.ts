/** What the badge and its dialog say in the app's own pages. */
const BADGE = {
  'badge.label': 'Logged in as {name}',
  'badge.account': 'Account',
  'badge.log_out': 'Log out',
  'badge.log_in': 'Log in',
  'badge.ended': 'Your login has ended. What you typed is still here.',
  'badge.other': 'Another user is logged in here now.',
  'badge.reload': 'Load the page again',
  'badge.title': 'Your login has ended',
  'badge.text': 'Log in as {name} to go on. What you typed stays, and what waits is sent then.',
  'badge.later': 'Not now',
  'badge.other_tab': 'Log in in another tab',
  'badge.no_login': 'Give your e-mail address or user name.',
  'badge.no_username': 'Give your user name.',
  'badge.no_password': 'Give your password.',
  'badge.unknown': 'Logging in does not work right now. Please try again.',
  'badge.reloading': 'Another user has logged in. The page is loaded again.',
  'badge.factor': 'This account needs a code besides the password: log in in another tab.',
}

/** The pages in place of the app's own. */
const IN_PLACE = {
  'forbidden.title': 'You may not do this',
  'forbidden.text': 'Your account has no access to this page. The administrator can grant it.',
  'others.title': 'This belongs to another user',
  'others.text':
    'You can read it. Only its owner can change or delete it, or add to it. Nothing was changed.',
  'others.taken':
    'Until the operator has finished a migration, no two users can have it. Nothing was changed.',
  'others.back': 'Back to where you were',

  'changed.title': 'Another user is logged in',
  'changed.now': 'This browser is logged in as {name} now. To keep what you typed, go back and copy it.',
  'changed.someone': 'another user',
  'changed.go_on': 'Go on as {name}',

  'kept.title': 'Your login has ended',
  'kept.text':
    'What you typed is not saved yet. It is kept in this page: log in as the same user, then send it. No other user gets it.',
  'kept.dropped': 'Not kept, as it may be a secret: {names}',
  'kept.not':
    'What you typed was not saved, and cannot be kept here. Log in in another tab, then go back to the form and send it again.',
  'kept.too_much': 'It is too much to be kept.',
  'kept.file': 'A form with a file cannot be kept.',
  'kept.unreadable': 'It cannot be read here.',
  'kept.nobody': 'It does not say which user sent it.',
  'kept.gone':
    'What was typed is not there any more: it is kept for a day, and as long as the server is set up as it was.',
  'kept.other_tab': 'Log in in another tab',
  'kept.send_title': 'Send what you typed',
  'kept.send_text': 'You are logged in again. Nothing has been sent yet.',
  'kept.send_button': 'Send what you typed',
  'kept.sent': 'What is sent, to {path}',
  'kept.do_not': 'Do not send it',
  'kept.other_title': 'Another user is logged in',
  'kept.other': 'What was typed belonged to another login than yours, and was thrown away. Nothing was sent.',
  'kept.go_on': 'Go on',
}

export const APP_TEXTS = { ...BADGE, ...IN_PLACE }
