/** The stylesheet of the login pages. */
export const STYLE = `:root {
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
h1 { margin: 0 0 1.25rem; font-size: 1.75rem; line-height: 1.2; letter-spacing: -.01em; }
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
code { font-size: .9em; }
`
