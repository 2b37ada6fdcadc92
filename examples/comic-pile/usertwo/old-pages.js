/*
 * The pages from before React and the fragments they load (I24): they were written for somebody who needs no login, so
 * each defect here lets one of them go without.
 */
const PAGE = '/api/rate/'
const FRAGMENT = '/api/roll/set-die'

const requireUser = {
  file: 'dist/src/phases/6-isolation/requests/require-user.js',
  find: 'if (open(req) || kit.userOf(req))',
}
const without = (path) => ({
  ...requireUser,
  replace: `if (open(req) || kit.userOf(req) || req.url.startsWith('${path}'))`,
})

/** Who asks for it is the owner, as before there were users; for the look at who writes an answer too. */
const asOwner = (path) => [
  without(path),
  ...['context', 'requests/own-answers'].map((layer) => ({
    file: `dist/src/phases/6-isolation/${layer}.js`,
    find: 'const person = kit.userOf(req);',
    replace: `const person = kit.userOf(req) ?? (req.url.startsWith('${path}') ? { id: 1 } : null);`,
  })),
]

export const openOldPages = [
  { name: 'a page before React needs no login', names: 'GET /api/rate', by: { edit: [without(PAGE)] } },
  {
    name: 'a fragment answers whoever asks as the owner',
    names: 'POST /api/roll/set-die',
    by: { edit: asOwner(FRAGMENT) },
  },
]

/** From phase 7 what is retired or kept asks for a login itself: here nothing is. */
const keepAll = (config, open = []) => ({
  ...config,
  routes: { ...config.routes, legacy: {}, public: [...config.routes.public, ...open] },
})

export const openOldPagesLater = [
  {
    name: 'a page before React is kept and public',
    names: 'GET /api/rate',
    by: { config: (config) => keepAll(config, [`GET ${PAGE}`]) },
  },
  {
    name: 'a fragment answers whoever asks as the owner',
    names: 'POST /api/roll/set-die',
    by: { edit: asOwner(FRAGMENT), config: (config) => keepAll(config) },
  },
]
