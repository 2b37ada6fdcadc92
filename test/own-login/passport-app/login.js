const bcrypt = require('bcryptjs')
const express = require('express')
const passport = require('passport')
const LocalStrategy = require('passport-local')
const { form, page } = require('./page')

const ROUNDS = 4

exports.login = (pool) => {
  passport.use(
    new LocalStrategy(async (username, password, done) => {
      try {
        const { rows } = await pool.query('SELECT * FROM users WHERE username = $1', [username])
        const [user] = rows
        if (!user || !(await bcrypt.compare(password, user.hashed_password)))
          return done(null, false, { message: 'Incorrect username or password.' })
        return done(null, user)
      } catch (error) {
        return done(error)
      }
    }),
  )
  passport.serializeUser((user, done) => done(null, user.id))
  passport.deserializeUser((id, done) => {
    pool
      .query('SELECT id, username, email FROM users WHERE id = $1', [id])
      .then(({ rows }) => done(null, rows[0] || false), done)
  })

  const router = express.Router()
  router.get('/login', (_req, res) => {
    const fields = [
      ['username', 'text'],
      ['password', 'password'],
    ]
    res.send(page('Log in', form('/login/password', fields, 'Log in')))
  })
  router.post(
    '/login/password',
    passport.authenticate('local', { successRedirect: '/', failureRedirect: '/login' }),
  )
  router.post('/logout', (req, res, next) => {
    req.logout((error) => (error ? next(error) : res.redirect('/login')))
  })

  router.get('/signup', (_req, res) => {
    const fields = [
      ['username', 'text'],
      ['email', 'email'],
      ['password', 'password'],
      ['confirmPassword', 'password'],
    ]
    res.send(page('Sign up', form('/signup', fields, 'Sign up')))
  })
  router.post('/signup', async (req, res, next) => {
    const { username, email, password, confirmPassword } = req.body
    if (!username || !email || !password)
      return res.status(400).send('give a name, an address and a password')
    if (password !== confirmPassword) return res.status(400).send('the passwords differ')
    const hash = await bcrypt.hash(password, ROUNDS)
    try {
      const { rows } = await pool.query(
        'INSERT INTO users (username, email, hashed_password) VALUES ($1, $2, $3) RETURNING id, username, email',
        [username, email, hash],
      )
      req.login(rows[0], (error) => (error ? next(error) : res.redirect('/')))
    } catch (error) {
      if (error.code !== '23505') throw error
      res.status(409).send('that name or address has an account')
    }
  })
  return router
}
