import { z } from 'zod'

const base = z.string().startsWith('/')
/** Of a role, a permission, a scope. */
export const name = z
  .string()
  .regex(/^[\w:.*/-]{1,100}$/, "letters, digits and : . - _ / *, e.g. 'articles:publish'")

const colour = z
  .string()
  .regex(/^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i, "a colour as #rgb or #rrggbb, e.g. '#1f5fbf'")
const colours = z.strictObject({
  /** behind the page */
  ground: colour.optional(),
  /** of the page */
  paper: colour.optional(),
  /** of text */
  ink: colour.optional(),
  /** of text that is less important */
  soft: colour.optional(),
  /** around fields */
  line: colour.optional(),
  /** of buttons and links */
  accent: colour.optional(),
  /** of text on a button */
  onAccent: colour.optional(),
  /** of what was wrong */
  alert: colour.optional(),
  /** behind what was wrong */
  alertGround: colour.optional(),
})

type Hook = (person: { id: number | string }) => unknown
const hook = z.custom<Hook>((given) => typeof given === 'function', {
  error: 'give a function, ({ id }) => …',
})
/** Where the toolkit's own addresses are, and what its pages look like. */
export const auth = z
  .strictObject({
    /** where the auth API is mounted; an app with routes of its own there chooses another */
    mount: base.default('/api/auth'),
    /** where the login and register pages are */
    pages: base.default('/auth'),
    /** the request header that carries the bearer token; an app with its own API key there chooses another */
    header: z
      .string()
      .regex(/^[\w!#$%&'*+.^`|~-]+$/, 'expected the name of a header, e.g. X-Login')
      .toLowerCase()
      .default('authorization'),
    /** how long each process believes what it was told of a login, in ms, at most 1000; 0: it looks it up with every request. What ends a login answers that much later */
    lookUpEvery: z.int().min(0).max(1000).default(0),
    /** what each role may do, `{ editor: ['articles:publish'] }`, for `requirePermission` and `routes.require`; administrators may it all */
    permissions: z.record(name, z.array(name)).optional(),
    /** what pages and mail say, by the name of the text: docs/reference/texts.md */
    words: z.record(z.string(), z.string().min(1).max(5000)).optional(),
    /** colours of the pages, in the light theme and in the dark one: `{ light: { accent: '#1f5fbf' } }` */
    colours: z
      .strictObject({
        /** any of ground, paper, ink, soft, line, accent, onAccent, alert, alertGround, as #rrggbb */
        light: colours.optional(),
        /** the same where the browser asks for the dark theme */
        dark: colours.optional(),
      })
      .optional(),
    /** puts a script of the toolkit's into the app's pages, from phase 5: who is logged in, log out, account; and keeps what was typed when a login has ended; see docs/how-to/badge.md. Default: off */
    badge: z.boolean().optional(),
    /** `({ id }) => …`, called as that person once somebody has registered or claimed; nobody waits for it, and what it throws is logged */
    onRegistered: hook.optional(),
    /** the same once somebody has logged in */
    onLogin: hook.optional(),
    /** the same once somebody has logged out */
    onLogout: hook.optional(),
  })
  .prefault({})
