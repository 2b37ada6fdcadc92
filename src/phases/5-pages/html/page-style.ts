import type { Config } from '../../../config/config.js'

const STYLE = `:root {
  --ground: #f4f3f0; --paper: #fff; --ink: #1d1c1a; --soft: #5c5953; --line: #85817a;
  --accent: #1f5fbf; --on-accent: #fff; --alert: #8f1d14; --alert-ground: #fdeceb;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #161513; --paper: #211f1d; --ink: #f1efeb; --soft: #b4afa7; --line: #7d786f;
    --accent: #8db8ff; --on-accent: #0d1c33; --alert: #ffb4ab; --alert-ground: #3b1512;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem 1rem;
  background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
main {
  width: 100%; max-width: 25rem; padding: 2rem; background: var(--paper);
  border-radius: 1rem; box-shadow: 0 1px 2px rgb(0 0 0 / .08), 0 12px 32px rgb(0 0 0 / .08);
}
.app { margin: 0; color: var(--soft); font-size: .9375rem; overflow-wrap: anywhere; }
h1 { margin: 0 0 1.25rem; font-size: 1.75rem; line-height: 1.2; letter-spacing: -.01em; overflow-wrap: anywhere; }
p { margin: 0 0 1rem; }
.field { margin-bottom: 1.125rem; }
label { display: block; margin-bottom: .3rem; font-weight: 600; font-size: .9375rem; }
input:not([type=hidden]) {
  width: 100%; padding: .65rem .75rem; font: inherit; color: inherit; background: var(--paper);
  border: 1px solid var(--line); border-radius: .5rem;
}
.secret { display: flex; gap: .5rem; }
.secret button { width: auto; background: none; color: var(--accent); border: 1px solid var(--line); }
.hint { margin: .35rem 0 0; color: var(--soft); font-size: .875rem; }
.note, .alert { padding: .75rem .875rem; border-radius: .5rem; font-size: .9375rem; }
.note { background: var(--ground); }
.alert { background: var(--alert-ground); color: var(--alert); font-weight: 600; }
button {
  width: 100%; padding: .7rem 1rem; font: inherit; font-weight: 600; cursor: pointer;
  color: var(--on-accent); background: var(--accent); border: 1px solid transparent; border-radius: .5rem;
}
button:disabled { opacity: .55; cursor: default; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
a { color: var(--accent); }
.other { margin: 1.25rem 0 0; font-size: .9375rem; }
.optional { font-weight: 400; }
.error { margin: 0 0 .35rem; color: var(--alert); font-size: .9375rem; font-weight: 600; }
.alert { margin-bottom: 1rem; }
.alert p { margin: 0; }
time { white-space: nowrap; }
.alert p + p { margin-top: .35rem; }
.alert a { color: inherit; }
input[aria-invalid] { border: 2px solid var(--alert); }
main.wide { max-width: 36rem; }
h2 { margin: 2rem 0 .75rem; font-size: 1.25rem; line-height: 1.3; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; margin: 0; }
dt { color: var(--soft); overflow-wrap: anywhere; }
dd { margin: 0; overflow-wrap: anywhere; }
dl + .note, form + .rows { margin-top: 1.25rem; }
details { margin-top: 1.25rem; }
summary { min-height: 1.5rem; cursor: pointer; }
details dd { white-space: pre-wrap; }
.check { display: grid; grid-template-columns: auto 1fr; gap: 0 .6rem; align-items: center; margin-bottom: 1.125rem; }
.check input:not([type=hidden]) { width: 1.5rem; height: 1.5rem; margin: 0; accent-color: var(--accent); }
.check label { margin: 0; font-weight: 400; line-height: 1.5rem; }
.check .hint { grid-column: 2; }
.rows { margin: 0 0 1.5rem; padding: 0; list-style: none; }
.rows li { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 1rem; padding: .7rem 0; border-top: 1px solid var(--line); }
.rows li > span { grid-column: 1; overflow-wrap: anywhere; }
.rows form { grid-area: 1 / 2 / span 2; align-self: center; }
@media (max-width: 30rem) { .rows li { grid-template-columns: minmax(0, 1fr); } .rows form { grid-area: auto; justify-self: start; margin-top: .5rem; } }
.mails li { grid-template-columns: minmax(0, 1fr); }
.mails li > div { padding-top: .75rem; overflow-wrap: anywhere; }
.when { color: var(--soft); font-size: .875rem; }
.mark { display: inline-block; white-space: nowrap; padding: .1rem .5rem; border: 1px solid var(--line); border-radius: 1rem; font-size: .8125rem; }
button.small { white-space: nowrap; padding: .35rem .75rem; background: none; color: var(--accent); border-color: var(--line); }
code { font-size: .9em; overflow-wrap: anywhere; }
.handed { overflow-wrap: anywhere; }
.qr { width: 14rem; max-width: 100%; margin: 0 auto 1rem; }
.qr svg { display: block; width: 100%; height: auto; border-radius: .5rem; }
.key { padding: .65rem .75rem; background: var(--ground); border-radius: .5rem; text-align: center; }
.codes { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(15.5rem, 100%), 1fr)); gap: .5rem 1rem; margin: 0 0 1.5rem; padding: 1rem; list-style: none; background: var(--ground); border-radius: .5rem; }
.choices { display: grid; gap: .6rem; }
.passkey, .providers { margin-top: .75rem; }
.error:empty, .hint:empty { display: none; }
progress { width: 100%; margin-top: .75rem; accent-color: var(--accent); }
button + .error { margin: .5rem 0 0; }
.rows details { grid-column: 1; margin-top: .35rem; font-size: .875rem; }
.rows summary { display: inline-block; color: var(--accent); }
.rows details input:not([type=hidden]) { margin-bottom: .5rem; }
button.quiet { background: none; color: var(--accent); border-color: var(--line); }
`

type Colours = NonNullable<NonNullable<Config['auth']['colours']>['light']>

/** The stylesheet of the pages, with the colours of the configuration, which were validated when it was read. */
export function styleIn({ auth: { colours: { light, dark } = {} } }: Pick<Config, 'auth'>): string {
  const own = [
    light && `:root { ${declared(light)} }\n`,
    dark && `@media (prefers-color-scheme: dark) { :root { ${declared(dark)} } }\n`,
  ]
  return STYLE + own.filter(Boolean).join('')
}

const declared = (colours: Colours): string =>
  Object.entries(colours)
    .map(([name, value]) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}: ${value};`)
    .join(' ')
