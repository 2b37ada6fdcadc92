import rateLimit from 'express-rate-limit'

/** So many requests a minute for each client address. */
export const perMinute = (limit) =>
  rateLimit({
    windowMs: 60_000,
    limit,
    standardHeaders: false,
    legacyHeaders: false,
    message: { detail: `Rate limit exceeded: ${limit} per 1 minute` },
  })
