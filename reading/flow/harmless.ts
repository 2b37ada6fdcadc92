import { builtinModules } from 'node:module'

/** Packages that query PostgreSQL. */
const DATABASE =
  /^(?:knex|pg|pg-(?:pool|native|promise|cursor|query-stream|copy-streams)|sequelize|sequelize-typescript|typeorm|@prisma\/client|drizzle-orm|slonik|kysely|postgres|objection|massive|@mikro-orm\/[\w-]+|sql-template-(?:strings|tag)|@databases\/pg|typeorm-[\w-]+)(?:\/|$)/
const EXPRESS = /^(?:express|router|express-promise-router|express-async-router|@awaitjs\/express)$/
/** Packages that are known to run no queries. What a call to any other package does is unknown. */
const HARMLESS = new RegExp(
  `^(?:${[
    'express-(?:session|rate-limit|slow-down|validator|async-handler|async-errors|handlebars|ejs-layouts|fileupload|jwt|winston|basic-auth|openid-connect|oauth2-jwt-bearer|flash|useragent|mung|pino-logger|unless|joi-validation|status-monitor|list-endpoints|http-context|request-id)',
    String.raw`cors|helmet|morgan|compression|body-parser|cookie-parser|cookie-session|cookie|csurf|csrf|multer|serve-\w+|method-override|connect-[\w-]+|response-time|errorhandler|http-errors|http-status(?:-codes)?|http-proxy(?:-middleware)?|vary|etag|qs|on-finished|raw-body|statuses|hpp|xss(?:-clean)?|toobusy-js|rate-limiter-flexible|rate-limit-\w+|nocache`,
    String.raw`passport(?:-[\w-]+)?|jsonwebtoken|jose|jwt-simple|bcrypt(?:js)?|argon2|scrypt[\w-]*|@node-rs\/[\w-]+|uuid|nanoid|shortid|cuid|ulid|crypto-js|speakeasy|otplib|keygrip|tweetnacl`,
    String.raw`lodash(?:[./-][\w.-]+)?|underscore|ramda|rambda|remeda|async|bluebird|q|p-[\w-]+|moment(?:-[\w-]+)?|dayjs|date-fns(?:-[\w-]+)?|luxon|ms|slugify|validator|joi|@hapi\/[\w-]+|yup|zod|ajv(?:-[\w-]+)?|superstruct|io-ts|fp-ts|class-(?:validator|transformer)|celebrate|envalid|dotenv(?:-[\w-]+)?|config|convict|cross-env|debug|chalk|winston(?:-[\w-]+)?|pino(?:-[\w-]+)?|bunyan|log4js|loglevel|signale|rimraf|mkdirp|glob|fs-extra|mime(?:-types)?|semver|deepmerge|object-assign|inherits|eventemitter3|reflect-metadata|tslib|iconv-lite|camelcase(?:-keys)?|snakecase-keys|humps|change-case|pluralize|he|escape-html|sanitize-html|dompurify|isomorphic-dompurify|marked|markdown-it|showdown|qrcode|pdfkit|exceljs|xlsx|csv-[\w-]+|fast-csv|papaparse|json2csv|archiver|sharp|jimp|faker|@faker-js\/faker|currency\.js|decimal\.js|big(?:number)?\.js|mathjs`,
    String.raw`axios|node-fetch|got|superagent|request(?:-promise(?:-native)?)?|undici|cross-fetch|cheerio|nodemailer(?:-[\w-]+)?|mailgun[\w.-]*|@sendgrid\/[\w-]+|twilio|stripe|aws-sdk|@aws-sdk\/[\w-]+|@google-cloud\/[\w-]+|googleapis|google-auth-library|cloudinary|openai|web-push|socket\.io|ws|ioredis|redis|node-cache|lru-cache|memory-cache|keyv|bull(?:mq)?|agenda|node-cron|cron|node-schedule|amqplib|kafkajs|firebase-admin|@sentry\/[\w-]+|newrelic|prom-client|express-prom-bundle|@opentelemetry\/[\w-]+|swagger-[\w-]+|i18next(?:-[\w-]+)?|i18n|ejs|pug|hbs|handlebars|nunjucks|mustache|eta|consolidate|typedi|tsyringe|inversify|awilix|module-alias|source-map-support|typescript|ts-node|supertest|auth0|@clerk\/[\w-]+`,
  ].join('|')})(?:/[\\w./-]+)?$`,
)
const BUILTIN = new Set(builtinModules)

/** Classifies a package by whether it can reach the app's rows. */
export function kindOf(module: string): 'database' | 'express' | 'harmless' | 'unknown' {
  if (DATABASE.test(module)) return 'database'
  if (EXPRESS.test(module)) return 'express'
  if (module.startsWith('node:') || BUILTIN.has(module.split('/')[0]!)) return 'harmless'
  return HARMLESS.test(module) ? 'harmless' : 'unknown'
}
