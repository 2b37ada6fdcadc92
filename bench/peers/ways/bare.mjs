import express from 'express'
import { addRoutes, knexOf, notesByKnex, notesByPg, poolOf } from '../notes.mjs'

export function open({ url, driver }) {
  const notes = driver === 'pg' ? notesByPg(poolOf(url)) : notesByKnex(knexOf(url))
  return { listener: addRoutes(express(), notes), login: () => ({}), logout: null, endsLogins: false }
}
