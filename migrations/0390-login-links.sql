-- phase: 3 only: AUTH_ENABLE_MAGIC_LINK risk: none, a new column without a default

-- up
-- A link that logs in (kind login) works only in the browser that asked for it: this is the hash of that browser's cookie.
alter table usertwo.links add column browser_hash text;

-- down
delete from usertwo.links where kind = 'login';

alter table usertwo.links drop column browser_hash;
