set check_function_bodies = false;
CREATE SCHEMA usertwo;
ALTER SCHEMA usertwo OWNER TO {{login}};
CREATE FUNCTION usertwo.audit_is_kept() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
  if tg_op = 'DELETE' and old.at < now() - interval '30 days' and old.event <> 'user_removed' then
    return old;
  end if;
  raise exception 'usertwo.audit is only added to; usertwo.sweep_audit() removes what is older than 30 days'
    using errcode = 'insufficient_privilege';
end
$$;
ALTER FUNCTION usertwo.audit_is_kept() OWNER TO {{login}};
CREATE FUNCTION usertwo.sweep_audit(before timestamp with time zone, most integer) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  with swept as (
    delete from usertwo.audit where id in (
      select id from usertwo.audit
      where at < least(before, now() - interval '30 days') and event <> 'user_removed' order by at limit most
    ) returning id
  )
  select count(*) from swept
$$;
ALTER FUNCTION usertwo.sweep_audit(before timestamp with time zone, most integer) OWNER TO {{login}};
CREATE FUNCTION usertwo.uid() RETURNS integer
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    AS $$
begin
  if pg_catalog.current_setting('usertwo.user_id', true) <> all ('{none,system,""}') then
    return pg_catalog.current_setting('usertwo.user_id', true)::integer;
  end if;
  if pg_catalog.current_setting('usertwo.user_id', true) <> '' or current_user = '{{request role}}' then
    return null;
  end if;
  return '1'::integer;
end
$$;
ALTER FUNCTION usertwo.uid() OWNER TO {{login}};
COMMENT ON FUNCTION usertwo.uid() IS '{{request role}}';
CREATE FUNCTION usertwo."usertwo_key_public.boards.id"() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
declare
  made bigint;
begin
  if (case
    when current_user <> '{{request role}}' then true
    when pg_catalog.current_setting('usertwo.key_f225da1f', true) <> all (array['', new."id"::text])
  end) or new."id" is null then return new; end if;
  begin
    made := pg_catalog.currval('"public"."boards_id_seq"'::pg_catalog.regclass);
  exception when object_not_in_prerequisite_state then made := null;
  end;
  if new."id" = made and pg_catalog.current_setting('usertwo.key_f225da1f', true) is distinct from made::text then
    return new;
  end if;
  if exists (select from "public"."boards" t where t."id" = new."id" and t."user_id" = usertwo.uid()) then return new; end if;
  new."id" := pg_catalog.nextval('"public"."boards_id_seq"'::pg_catalog.regclass);
  return new;
end
$$;
ALTER FUNCTION usertwo."usertwo_key_public.boards.id"() OWNER TO {{login}};
CREATE FUNCTION usertwo."usertwo_key_public.cards.id"() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
declare
  made bigint;
begin
  if (case
    when current_user <> '{{request role}}' then true
    when pg_catalog.current_setting('usertwo.key_ef82a699', true) <> all (array['', new."id"::text])
  end) or new."id" is null then return new; end if;
  begin
    made := pg_catalog.currval('"public"."cards_id_seq"'::pg_catalog.regclass);
  exception when object_not_in_prerequisite_state then made := null;
  end;
  if new."id" = made and pg_catalog.current_setting('usertwo.key_ef82a699', true) is distinct from made::text then
    return new;
  end if;
  if exists (select from "public"."cards" t where t."id" = new."id" and t."user_id" = usertwo.uid()) then return new; end if;
  new."id" := pg_catalog.nextval('"public"."cards_id_seq"'::pg_catalog.regclass);
  return new;
end
$$;
ALTER FUNCTION usertwo."usertwo_key_public.cards.id"() OWNER TO {{login}};
CREATE FUNCTION usertwo.usertwo_same_id() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  if current_user = '{{request role}}' and new."id" is not null then new."id" := old."id"; end if;
  return new;
end
$$;
ALTER FUNCTION usertwo.usertwo_same_id() OWNER TO {{login}};
CREATE TABLE public.boards (
    id integer NOT NULL,
    title character varying(80) DEFAULT 'untitled'::character varying NOT NULL,
    user_id integer DEFAULT usertwo.uid() NOT NULL,
    slug text
);
ALTER TABLE ONLY public.boards FORCE ROW LEVEL SECURITY;
ALTER TABLE public.boards OWNER TO {{login}};
CREATE SEQUENCE public.boards_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER TABLE public.boards_id_seq OWNER TO {{login}};
ALTER SEQUENCE public.boards_id_seq OWNED BY public.boards.id;
CREATE TABLE public.cards (
    id integer NOT NULL,
    board_id integer NOT NULL,
    body text,
    user_id integer DEFAULT usertwo.uid() NOT NULL
);
ALTER TABLE ONLY public.cards FORCE ROW LEVEL SECURITY;
ALTER TABLE public.cards OWNER TO {{login}};
COMMENT ON COLUMN public.cards.user_id IS 'usertwo: added';
CREATE SEQUENCE public.cards_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER TABLE public.cards_id_seq OWNER TO {{login}};
ALTER SEQUENCE public.cards_id_seq OWNED BY public.cards.id;
CREATE VIEW public.titles AS
 SELECT boards.id,
    boards.title
   FROM public.boards
  WHERE ((boards.title)::text <> ''::text);
ALTER TABLE public.titles OWNER TO {{login}};
CREATE TABLE public.users (
    id integer NOT NULL,
    username text,
    email text,
    is_admin boolean DEFAULT false NOT NULL
);
ALTER TABLE ONLY public.users FORCE ROW LEVEL SECURITY;
ALTER TABLE public.users OWNER TO {{login}};
COMMENT ON COLUMN public.users.email IS 'usertwo: added';
COMMENT ON COLUMN public.users.is_admin IS 'usertwo: added';
CREATE SEQUENCE public.users_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER TABLE public.users_id_seq OWNER TO {{login}};
ALTER SEQUENCE public.users_id_seq OWNED BY public.users.id;
CREATE TABLE usertwo.audit (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    event text NOT NULL,
    user_id integer,
    actor_id integer,
    ip_address text,
    details jsonb DEFAULT '{}'::jsonb NOT NULL
);
ALTER TABLE usertwo.audit OWNER TO {{login}};
ALTER TABLE usertwo.audit ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME usertwo.audit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE usertwo.claims (
    code_hash text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone,
    used_at timestamp with time zone
);
ALTER TABLE usertwo.claims OWNER TO {{login}};
CREATE TABLE usertwo.credentials (
    user_id integer NOT NULL,
    password_hash text,
    roles jsonb DEFAULT '["user"]'::jsonb NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    is_verified boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    device_epoch integer DEFAULT 0 NOT NULL,
    must_verify boolean DEFAULT false NOT NULL,
    CONSTRAINT credentials_roles_check CHECK (((jsonb_typeof(roles) = 'array'::text) AND (NOT (roles ? 'admin'::text))))
);
ALTER TABLE usertwo.credentials OWNER TO {{login}};
CREATE TABLE usertwo.links (
    id bigint NOT NULL,
    kind text NOT NULL,
    token_hash text,
    user_id integer,
    email text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    role text,
    former_email text
);
ALTER TABLE usertwo.links OWNER TO {{login}};
ALTER TABLE usertwo.links ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME usertwo.links_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE usertwo.login_throttle (
    budget text NOT NULL,
    failures integer DEFAULT 0 NOT NULL,
    failed_at timestamp with time zone,
    pending integer DEFAULT 0 NOT NULL,
    taken_at timestamp with time zone NOT NULL
);
ALTER TABLE usertwo.login_throttle OWNER TO {{login}};
CREATE TABLE usertwo.migrations (
    name text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE usertwo.migrations OWNER TO {{login}};
CREATE TABLE usertwo.outbox (
    id bigint NOT NULL,
    kind text NOT NULL,
    user_id integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    next_at timestamp with time zone DEFAULT now() NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    sent_at timestamp with time zone,
    given_up_at timestamp with time zone,
    last_error text,
    link_id bigint
);
ALTER TABLE usertwo.outbox OWNER TO {{login}};
ALTER TABLE usertwo.outbox ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME usertwo.outbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE usertwo.password_resets (
    token_hash text NOT NULL,
    user_id integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone
);
ALTER TABLE usertwo.password_resets OWNER TO {{login}};
CREATE TABLE usertwo.revoked_tokens (
    user_id integer NOT NULL,
    jti text NOT NULL,
    revoked_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
ALTER TABLE usertwo.revoked_tokens OWNER TO {{login}};
CREATE TABLE usertwo.tokens (
    id uuid NOT NULL,
    name text NOT NULL,
    hash text NOT NULL,
    scopes text[] NOT NULL
);
ALTER TABLE usertwo.tokens OWNER TO {{login}};
CREATE TABLE usertwo.user_sessions (
    id uuid NOT NULL,
    user_id integer NOT NULL,
    refresh_id uuid NOT NULL,
    family uuid NOT NULL,
    user_agent text,
    ip_address text,
    issued_at timestamp with time zone DEFAULT now() NOT NULL,
    last_used_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    authenticated_at timestamp with time zone,
    on_shared_computer boolean DEFAULT false NOT NULL,
    rotated_at timestamp with time zone,
    ends_at timestamp with time zone
);
ALTER TABLE usertwo.user_sessions OWNER TO {{login}};
ALTER TABLE ONLY public.boards ALTER COLUMN id SET DEFAULT nextval('public.boards_id_seq'::regclass);
ALTER TABLE ONLY public.cards ALTER COLUMN id SET DEFAULT nextval('public.cards_id_seq'::regclass);
ALTER TABLE ONLY public.users ALTER COLUMN id SET DEFAULT nextval('public.users_id_seq'::regclass);
INSERT INTO public.boards VALUES (1, 'garden', 1, 'garden');
INSERT INTO public.boards VALUES (2, 'house', 1, 'house');
INSERT INTO public.cards VALUES (1, 1, 'sow', 1);
INSERT INTO public.cards VALUES (2, 1, 'reap', 1);
INSERT INTO public.cards VALUES (3, 2, 'paint', 1);
INSERT INTO public.users VALUES (1, 'one', NULL, false);
INSERT INTO usertwo.migrations VALUES ('0301-users', '2026-11-24 11:30:38.57581+00');
INSERT INTO usertwo.migrations VALUES ('0302-credentials', '2026-11-24 11:30:38.640337+00');
INSERT INTO usertwo.migrations VALUES ('0303-sessions', '2026-11-24 11:30:38.662872+00');
INSERT INTO usertwo.migrations VALUES ('0304-login-failures', '2026-11-24 11:30:38.712258+00');
INSERT INTO usertwo.migrations VALUES ('0305-claims', '2026-11-24 11:30:38.717277+00');
INSERT INTO usertwo.migrations VALUES ('0306-audit', '2026-11-24 11:30:38.727858+00');
INSERT INTO usertwo.migrations VALUES ('0307-password-resets', '2026-11-24 11:30:38.741102+00');
INSERT INTO usertwo.migrations VALUES ('0308-login-throttle', '2026-11-24 11:30:38.748152+00');
INSERT INTO usertwo.migrations VALUES ('0309-audit-kept', '2026-11-24 11:30:38.761011+00');
INSERT INTO usertwo.migrations VALUES ('0310-outbox', '2026-11-24 11:30:38.781406+00');
INSERT INTO usertwo.migrations VALUES ('0320-authenticated-at', '2026-11-24 11:30:38.803751+00');
INSERT INTO usertwo.migrations VALUES ('0330-links', '2026-11-24 11:30:38.82894+00');
INSERT INTO usertwo.migrations VALUES ('0331-invitations', '2026-11-24 11:30:38.847009+00');
INSERT INTO usertwo.migrations VALUES ('0332-email-changes', '2026-11-24 11:30:38.860224+00');
INSERT INTO usertwo.migrations VALUES ('0340-tokens', '2026-11-24 11:30:38.891617+00');
INSERT INTO usertwo.migrations VALUES ('0350-no-login-failures', '2026-11-24 11:30:38.905642+00');
INSERT INTO usertwo.migrations VALUES ('0360-refresh', '2026-11-24 11:30:38.927683+00');
SELECT pg_catalog.setval('public.boards_id_seq', 2, true);
SELECT pg_catalog.setval('public.cards_id_seq', 3, true);
SELECT pg_catalog.setval('public.users_id_seq', 1, true);
SELECT pg_catalog.setval('usertwo.audit_id_seq', 1, false);
SELECT pg_catalog.setval('usertwo.links_id_seq', 1, false);
SELECT pg_catalog.setval('usertwo.outbox_id_seq', 1, false);
ALTER TABLE ONLY public.boards
    ADD CONSTRAINT boards_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.boards
    ADD CONSTRAINT boards_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.cards
    ADD CONSTRAINT cards_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);
ALTER TABLE ONLY usertwo.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (id);
ALTER TABLE ONLY usertwo.claims
    ADD CONSTRAINT claims_pkey PRIMARY KEY (code_hash);
ALTER TABLE ONLY usertwo.credentials
    ADD CONSTRAINT credentials_pkey PRIMARY KEY (user_id);
ALTER TABLE ONLY usertwo.links
    ADD CONSTRAINT links_pkey PRIMARY KEY (id);
ALTER TABLE ONLY usertwo.links
    ADD CONSTRAINT links_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY usertwo.login_throttle
    ADD CONSTRAINT login_throttle_pkey PRIMARY KEY (budget);
ALTER TABLE ONLY usertwo.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (name);
ALTER TABLE ONLY usertwo.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);
ALTER TABLE ONLY usertwo.password_resets
    ADD CONSTRAINT password_resets_pkey PRIMARY KEY (token_hash);
ALTER TABLE ONLY usertwo.revoked_tokens
    ADD CONSTRAINT revoked_tokens_pkey PRIMARY KEY (jti);
ALTER TABLE ONLY usertwo.tokens
    ADD CONSTRAINT tokens_hash_key UNIQUE (hash);
ALTER TABLE ONLY usertwo.tokens
    ADD CONSTRAINT tokens_pkey PRIMARY KEY (id);
ALTER TABLE ONLY usertwo.user_sessions
    ADD CONSTRAINT user_sessions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY usertwo.user_sessions
    ADD CONSTRAINT user_sessions_refresh_id_key UNIQUE (refresh_id);
CREATE INDEX cards_open ON public.cards USING btree (board_id) WHERE (body IS NOT NULL);
CREATE UNIQUE INDEX usertwo_boards_user_id_id_key ON public.boards USING btree (user_id, id);
CREATE INDEX usertwo_cards_user_id_id ON public.cards USING btree (user_id, id);
CREATE UNIQUE INDEX usertwo_users_email ON public.users USING btree (lower(email));
CREATE INDEX audit_at ON usertwo.audit USING btree (at);
CREATE INDEX audit_user ON usertwo.audit USING btree (user_id, at);
CREATE INDEX links_user ON usertwo.links USING btree (user_id);
CREATE INDEX login_throttle_taken ON usertwo.login_throttle USING btree (taken_at);
CREATE INDEX outbox_due ON usertwo.outbox USING btree (next_at) WHERE ((sent_at IS NULL) AND (given_up_at IS NULL));
CREATE INDEX outbox_link ON usertwo.outbox USING btree (link_id);
CREATE INDEX outbox_user ON usertwo.outbox USING btree (user_id);
CREATE INDEX password_resets_user ON usertwo.password_resets USING btree (user_id);
CREATE INDEX revoked_tokens_expiry ON usertwo.revoked_tokens USING btree (expires_at);
CREATE INDEX revoked_tokens_user ON usertwo.revoked_tokens USING btree (user_id);
CREATE INDEX user_sessions_expiry ON usertwo.user_sessions USING btree (expires_at);
CREATE INDEX user_sessions_family ON usertwo.user_sessions USING btree (family);
CREATE INDEX user_sessions_user ON usertwo.user_sessions USING btree (user_id);
CREATE TRIGGER usertwo_key_id BEFORE INSERT ON public.boards FOR EACH ROW EXECUTE FUNCTION usertwo."usertwo_key_public.boards.id"();
CREATE TRIGGER usertwo_key_id BEFORE INSERT ON public.cards FOR EACH ROW EXECUTE FUNCTION usertwo."usertwo_key_public.cards.id"();
CREATE TRIGGER usertwo_same_id BEFORE UPDATE OF id ON public.boards FOR EACH ROW EXECUTE FUNCTION usertwo.usertwo_same_id();
CREATE TRIGGER usertwo_same_id BEFORE UPDATE OF id ON public.cards FOR EACH ROW EXECUTE FUNCTION usertwo.usertwo_same_id();
CREATE TRIGGER audit_is_kept BEFORE DELETE OR UPDATE ON usertwo.audit FOR EACH ROW EXECUTE FUNCTION usertwo.audit_is_kept();
CREATE TRIGGER audit_is_kept_whole BEFORE TRUNCATE ON usertwo.audit FOR EACH STATEMENT EXECUTE FUNCTION usertwo.audit_is_kept();
ALTER TABLE ONLY public.boards
    ADD CONSTRAINT boards_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.cards
    ADD CONSTRAINT cards_board_id_fkey FOREIGN KEY (board_id) REFERENCES public.boards(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.cards
    ADD CONSTRAINT usertwo_cards_user_id_board_id_fkey FOREIGN KEY (user_id, board_id) REFERENCES public.boards(user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cards
    ADD CONSTRAINT usertwo_cards_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);
ALTER TABLE ONLY usertwo.credentials
    ADD CONSTRAINT credentials_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY usertwo.links
    ADD CONSTRAINT links_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY usertwo.outbox
    ADD CONSTRAINT outbox_link_id_fkey FOREIGN KEY (link_id) REFERENCES usertwo.links(id) ON DELETE CASCADE;
ALTER TABLE ONLY usertwo.outbox
    ADD CONSTRAINT outbox_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY usertwo.password_resets
    ADD CONSTRAINT password_resets_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY usertwo.revoked_tokens
    ADD CONSTRAINT revoked_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY usertwo.tokens
    ADD CONSTRAINT tokens_id_fkey FOREIGN KEY (id) REFERENCES usertwo.user_sessions(id) ON DELETE CASCADE;
ALTER TABLE ONLY usertwo.user_sessions
    ADD CONSTRAINT user_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE public.boards ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.cards ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;
CREATE POLICY usertwo_delete ON public.boards FOR DELETE USING ((user_id = usertwo.uid()));
CREATE POLICY usertwo_delete ON public.cards FOR DELETE USING ((user_id = usertwo.uid()));
CREATE POLICY usertwo_delete ON public.users FOR DELETE USING ((id = usertwo.uid()));
CREATE POLICY usertwo_insert ON public.boards FOR INSERT WITH CHECK ((user_id = usertwo.uid()));
CREATE POLICY usertwo_insert ON public.cards FOR INSERT WITH CHECK ((user_id = usertwo.uid()));
CREATE POLICY usertwo_insert ON public.users FOR INSERT WITH CHECK ((id = usertwo.uid()));
CREATE POLICY usertwo_select ON public.boards FOR SELECT USING ((user_id = usertwo.uid()));
CREATE POLICY usertwo_select ON public.cards FOR SELECT USING ((user_id = usertwo.uid()));
CREATE POLICY usertwo_select ON public.users FOR SELECT USING ((id = usertwo.uid()));
CREATE POLICY usertwo_system ON public.boards TO {{login}} USING (((current_setting('usertwo.user_id'::text, true) = 'system'::text) AND (CURRENT_USER <> '{{request role}}'::name))) WITH CHECK (((current_setting('usertwo.user_id'::text, true) = 'system'::text) AND (CURRENT_USER <> '{{request role}}'::name)));
CREATE POLICY usertwo_system ON public.cards TO {{login}} USING (((current_setting('usertwo.user_id'::text, true) = 'system'::text) AND (CURRENT_USER <> '{{request role}}'::name))) WITH CHECK (((current_setting('usertwo.user_id'::text, true) = 'system'::text) AND (CURRENT_USER <> '{{request role}}'::name)));
CREATE POLICY usertwo_system ON public.users TO {{login}} USING (((current_setting('usertwo.user_id'::text, true) = 'system'::text) AND (CURRENT_USER <> '{{request role}}'::name))) WITH CHECK (((current_setting('usertwo.user_id'::text, true) = 'system'::text) AND (CURRENT_USER <> '{{request role}}'::name)));
CREATE POLICY usertwo_update ON public.boards FOR UPDATE USING ((user_id = usertwo.uid())) WITH CHECK ((user_id = usertwo.uid()));
CREATE POLICY usertwo_update ON public.cards FOR UPDATE USING ((user_id = usertwo.uid())) WITH CHECK ((user_id = usertwo.uid()));
CREATE POLICY usertwo_update ON public.users FOR UPDATE USING ((id = usertwo.uid())) WITH CHECK ((id = usertwo.uid()));
GRANT ALL ON SCHEMA public TO {{login}};
GRANT USAGE ON SCHEMA usertwo TO {{request role}};
REVOKE ALL ON FUNCTION usertwo.audit_is_kept() FROM PUBLIC;
REVOKE ALL ON FUNCTION usertwo.sweep_audit(before timestamp with time zone, most integer) FROM PUBLIC;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.boards TO {{request role}};
GRANT USAGE ON SEQUENCE public.boards_id_seq TO {{request role}};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.cards TO {{request role}};
GRANT USAGE ON SEQUENCE public.cards_id_seq TO {{request role}};
GRANT SELECT ON TABLE public.users TO {{request role}};
GRANT UPDATE(id) ON TABLE public.users TO {{request role}};
GRANT UPDATE(username) ON TABLE public.users TO {{request role}};
