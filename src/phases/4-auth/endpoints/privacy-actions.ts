import type { Response } from 'express'
import type { DeletionAnswer, StoredAnswer } from '../../../contract/answers.js'
import type { UserId } from '../../../core/context.js'
import { signedIn } from '../sessions/signed-in.js'
import { type EndpointAction, inJson, onlyRecent, orMissing } from './action.js'

/** Loaded with the first call: without the dashboard nothing of it is. */
const stored = () => import('../privacy/stored.js')
const deletion = () => import('../privacy/deletion.js')

/** What is stored about the current user, in numbers. */
const storedAboutMe: EndpointAction<StoredAnswer> = {
  make: (kit) => async (req) => (await stored()).storedAbout(kit, signedIn(kit, req).id),
  answer: inJson,
}

/** It answers by itself, because its answer is a file. */
const exportMine: EndpointAction<UserId> = {
  before: onlyRecent,
  make: (kit) => async (req, res) => {
    const { id } = signedIn(kit, req)
    const [{ sendExport }, { LINES }] = await Promise.all([
      import('../privacy/export.js'),
      import('../privacy/export-lines.js'),
    ])
    await sendExport(kit, { user: id, byLines: req.headers.accept === LINES }, res)
    return id
  },
  answer: () => {},
}

const deleteAccount: EndpointAction<DeletionAnswer> = {
  before: onlyRecent,
  make: (kit) => async (req) => {
    const due = await (await deletion()).askDeletion(kit, req, signedIn(kit, req).id)
    return { due_at: due.toISOString() }
  },
  answer: (res: Response, answer) => void res.status(202).json(answer),
}

/** False: there was nothing to take back. */
const keepAccount: EndpointAction<boolean> = {
  make: (kit) => async (req) => (await deletion()).cancelDeletion(kit, req, signedIn(kit, req).id),
  answer: orMissing,
}

export const privacyActions = { storedAboutMe, exportMine, deleteAccount, keepAccount }
