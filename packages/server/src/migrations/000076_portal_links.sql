-- Links to the portal, on which customers manage their own API keys, and the sessions that they open. A link opens one
-- session, so both are one row. Only SHA-256s are kept: what they are of has 256 random bits. That it refers to the
-- membership, where it is for an organization, ends it with that.

create table portal_links (
  environment_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  organization_id uuid,
  page text not null,
  return_url text,
  token_hash bytea not null check (length(token_hash) = 32),
  expires_at timestamptz not null,
  -- Null until the link is opened.
  session_hash bytea check (length(session_hash) = 32),
  session_expires_at timestamptz,
  created_at timestamptz not null default instant(),
  primary key (environment_id, id),
  foreign key (environment_id, user_id) references users on delete cascade,
  foreign key (environment_id, organization_id, user_id) references memberships on delete cascade,
  check ((session_hash is null) = (session_expires_at is null))
);
create unique index portal_links_token on portal_links (environment_id, token_hash);
create unique index portal_links_session on portal_links (session_hash, environment_id);
create index portal_links_of_user on portal_links (environment_id, user_id);
create index portal_links_of_membership on portal_links (environment_id, organization_id, user_id)
  where organization_id is not null;
create index portal_links_over on portal_links (expires_at);
select protect('portal_links');

-- Whose an open portal is, found by its hash before anything else is known of it. Asked on every request, so that one
-- whose time is over, or whose user is banned, is not open any more.
create function find_portal_session(hash bytea)
  returns table (
    id uuid, user_id uuid, organization_id uuid,
    environment_id uuid, environment_name text, settings jsonb, project_id uuid, project_slug text,
    environment_created_at timestamptz, environment_updated_at timestamptz
  )
  language sql stable security definer set search_path = claviger, pg_temp
as $$
  select l.id, l.user_id, l.organization_id,
         e.id, e.name, e.settings, p.id, p.slug, e.created_at, e.updated_at
  from portal_links l
  join users u on u.environment_id = l.environment_id and u.id = l.user_id
  join environments e on e.id = l.environment_id
  join projects p on p.id = e.project_id and p.deleted_at is null
  where l.session_hash = find_portal_session.hash and l.session_expires_at > instant()
    and (u.banned_at is null or u.ban_expires_at <= instant())
$$;

-- Removes links that are over, with the sessions that they opened, in every environment.
create function sweep_portal_links() returns integer
  language sql security definer set search_path = claviger, pg_temp
as $$
  with swept as (
    delete from portal_links
    where expires_at < instant() and (session_expires_at is null or session_expires_at < instant())
    returning 1)
  select count(*)::integer from swept
$$;
revoke all on function find_portal_session, sweep_portal_links from public;
grant execute on function find_portal_session, sweep_portal_links to claviger_app;
