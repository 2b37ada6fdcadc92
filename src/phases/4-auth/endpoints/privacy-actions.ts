import type { Request, Response } from 'express'
import type { DeletionAnswer, StoredAnswer } from '../../../contract/answers.js'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import { assertRecent } from '../passwords/reauth.js'
import { signedIn } from '../sessions/signed-in.js'
import type { EndpointAction } from './action.js'

/** Loaded with the first call: without the dashboard nothing of it is. */
const stored = () => import('../privacy/stored.js')
const deletion = () => import('../privacy/deletion.js')

/** A form asks for the password in its own way. */
const recent = (kit: Kit) => async (req: Request) => {
  signedIn(kit, req)
  await assertRecent(kit, req)
}

/** What is stored about the current user, in numbers. */
const storedAboutMe: EndpointAction<StoredAnswer> = {
  make: (kit) => async (req) => (await stored()).storedAbout(kit, signedIn(kit, req).id),
  answer: (res, answer) => res.json(answer),
}

/** It answers by itself, because its answer is a file. */
const exportMine: EndpointAction<UserId> = {
  before: recent,
  make: (kit) => async (req, res) => {
    const { id } = signedIn(kit, req)
    await (await import('../privacy/export.js')).sendExport(kit, id, res)
    return id
  },
  answer: () => {},
}

const deleteAccount: EndpointAction<DeletionAnswer> = {
  before: recent,
  make: (kit) => async (req) => {
    const due = await (await deletion()).askDeletion(kit, req, signedIn(kit, req).id)
    return { due_at: due.toISOString() }
  },
  answer: (res: Response, answer) => void res.status(202).json(answer),
}

/** False: there was nothing to take back. A page treats that as success. */
const keepAccount: EndpointAction<boolean> = {
  make: (kit) => async (req) => (await deletion()).cancelDeletion(kit, req, signedIn(kit, req).id),
  answer(res, done) {
    if (!done) throw new Problem('not_found')
    res.status(204).end()
  },
}

export const privacyActions = { storedAboutMe, exportMine, deleteAccount, keepAccount }
