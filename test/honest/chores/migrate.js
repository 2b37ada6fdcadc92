const { pool } = require('./app.js')

pool
  .query('create table chores (id serial primary key, task text not null, done boolean default false)')
  .then(() =>
    pool.query(`insert into chores (task) values ('Sweep the stairs'), ('Oil the hinges'), ('Beat the rug')`),
  )
  .then(() => pool.end())
