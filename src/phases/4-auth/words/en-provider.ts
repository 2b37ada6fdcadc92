/** The texts of pages about logins by other providers, `{provider}`: what the configuration calls one. */
export const PROVIDER_TEXTS = {
  'providers.title': 'Login by other providers',
  'providers.text': 'Link an account that you have elsewhere, and log in by it from then on.',
  'providers.continue': 'Continue with {provider}',
  'providers.leaving_title': 'On to {provider}',
  'providers.leaving': 'Your browser goes on to {provider} by itself. If it does not, follow this link.',
  'providers.leaving_link': 'Go on to {provider}',
  'providers.since': 'linked',
  'providers.used': 'last used',
  'providers.never': 'not used yet',
  'providers.link': 'Link {provider}',
  'providers.unlink': 'Unlink',
  'providers.unlink_label': 'Unlink {name}',
  'providers.linked': 'The account is linked. You can log in by it from now on.',
  'providers.unlinked': 'The account is unlinked. It does not log in here any more.',
  'providers.failed': 'The login by {provider} did not work, or was cancelled. Try again.',
  'providers.away': '{provider} does not answer. Please try again later.',
  'providers.over':
    'The login by {provider} took too long, was used already, or began in another browser. Begin it again here.',
  'providers.exists':
    'There is an account with your address at {provider} already. Log in to it first, then link {provider} on the page of the account.',
  'providers.closed':
    'No account here is linked to yours at {provider}, and registration is closed. With a code, enter it and continue with {provider}.',
  'providers.no_address':
    '{provider} does not confirm an address of yours. Register with a password, then link {provider} on the page of your account.',
  'providers.by_name':
    'No account here is linked to yours at {provider}. Register with a user name, then link {provider} on the page of your account.',
  'providers.unverified': 'Confirm your address first: open the link in the mail we sent to it.',
  'providers.taken': 'This account at {provider} is linked to another account here.',
  'providers.other_login':
    'The login in which you began this has ended, or this browser has another one now. Nothing was linked.',
  'providers.busy': 'Too many attempts. Please wait a minute, then try again.',
}
