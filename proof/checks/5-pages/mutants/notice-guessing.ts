import { replacing } from '../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../src/phases/4-auth/links/notice-guessing.js', {
  /** Nobody is told that they are guessed at. */
  untold: {
    noticeGuessing: () => {},
  },
} satisfies Record<string, Partial<typeof import('../../../../src/phases/4-auth/links/notice-guessing.js')>>)
