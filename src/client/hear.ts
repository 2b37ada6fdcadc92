import { forgetLogin, type Post, postLogout } from './enter.js'
import type { PageLogin } from './page-login.js'
import type { News } from './tabs.js'

interface Parts {
  post: Post
  look(): void
  /** another user may be logged in now */
  moved(): void
}

/** Does what follows from the news of another tab. */
export function hearing(login: PageLogin, { post, look, moved }: Parts): (news: News) => void {
  const { mode, isShared, tokens, person } = login
  return (news) => {
    // Each tab has a login of its own.
    const isAlone = mode().refresh !== null && !isShared() && tokens.refresh() !== null
    if (news.type === 'refresh') {
      if (isShared()) tokens.takeAccess(news.access, news.seconds)
    } else if (news.type === 'logout') {
      if (isAlone) void postLogout(login, post).catch(() => {})
      forgetLogin(login)
    } else if (isAlone) return
    else if (news.type === 'login') {
      tokens.dropAccess()
      moved()
    } else if (!person.isOver()) look()
  }
}
