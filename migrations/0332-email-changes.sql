-- phase: 3 risk: none, new columns without a default

-- up
-- The change of an address is one row from asking to telling: the new address, the one it takes the place of, and, once it
-- is mailed, the hash of its token. No row's address is ever changed, so that no token confirms another one.
alter table usertwo.links add column former_email text;

alter table usertwo.links alter column token_hash drop not null;

-- What is mailed about a link goes with it.
alter table usertwo.outbox add column link_id bigint references usertwo.links (id) on delete cascade;

create index outbox_link on usertwo.outbox (link_id);

-- down
drop index usertwo.outbox_link;

alter table usertwo.outbox drop column link_id;

delete from usertwo.links where token_hash is null;

alter table usertwo.links alter column token_hash set not null;

alter table usertwo.links drop column former_email;
