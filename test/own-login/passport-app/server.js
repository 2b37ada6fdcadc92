// Links to read later, for one person: passport-local over express-session, with sessions in memory, and forms.
const express = require('express')
const session = require('express-session')
const passport = require('passport')
const { pool } = require('./db')
const { login } = require('./login')
const { links } = require('./links')

const app = express()
app.set('trust proxy', 1)
app.use(express.urlencoded({ extended: false }))
app.use(
  session({
    secret: process.env.SESSION_SECRET || 'links to read',
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: 'lax', secure: 'auto' },
  }),
)
app.use(passport.initialize())
app.use(passport.session())
app.get('/health', (_req, res) => res.send('ok'))
app.use('/', login(pool))
app.use('/', links(pool))
app.use((_req, res) => res.status(404).send('not found'))
app.use((error, _req, res, _next) => res.status(error.status || 500).send('failed'))

app.listen(process.env.PORT || 3000)
