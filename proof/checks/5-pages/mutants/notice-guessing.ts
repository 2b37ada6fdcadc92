import { replacing } from '../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../src/phases/4-auth/links/notice-guessing.js', {
  /** No user is notified of failed logins. */
  untold: {
    noticeGuessing: () => {},
  },
} satisfies Record<string, Partial<typeof import('../../../../src/phases/4-auth/links/notice-guessing.js')>>)
