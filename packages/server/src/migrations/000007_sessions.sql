-- Sessions and the keys that sign their tokens.

create table sessions (
  environment_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  active_organization_id uuid,
  -- The refresh token is a MAC over id and generation, so there is no secret of it to store.
  refresh_generation integer not null default 1,
  refreshed_at timestamptz not null default instant(),
  ip_address text,
  user_agent text,
  expires_at timestamptz not null,
  ended_at timestamptz,
  end_reason text,
  created_at timestamptz not null default instant(),
  primary key (environment_id, id),
  foreign key (environment_id, user_id) references users on delete cascade,
  -- Whoever leaves an organization stops working in it, at once and in every client.
  foreign key (environment_id, active_organization_id, user_id)
    references memberships (environment_id, organization_id, user_id)
    on delete set null (active_organization_id),
  check ((ended_at is null) = (end_reason is null))
);
create index sessions_newest on sessions (environment_id, created_at desc, id desc);
create index sessions_of_user on sessions (environment_id, user_id, created_at desc, id desc);
create index sessions_of_organization on sessions (environment_id, active_organization_id, user_id)
  where active_organization_id is not null;

create table signing_keys (
  environment_id uuid not null references environments on delete cascade,
  id uuid not null,
  algorithm text not null check (algorithm in ('ES256', 'RS256')),
  public_jwk jsonb not null,
  private_key_sealed bytea not null,
  activates_at timestamptz not null,
  expires_at timestamptz,
  created_at timestamptz not null default instant(),
  primary key (environment_id, id)
);
create unique index signing_keys_id on signing_keys (id);

-- Secrets that an environment's own mechanisms need, such as the key of its refresh tokens.
create table environment_secrets (
  environment_id uuid not null references environments on delete cascade,
  purpose text not null,
  sealed bytea not null,
  created_at timestamptz not null default instant(),
  primary key (environment_id, purpose)
);

select protect('sessions'), protect('signing_keys'), protect('environment_secrets'), keep_count('sessions');

-- A session token names its environment, so these look through the wall: the first by the id of a
-- key, the second by the id of a session whose token was verified before.
create function find_signing_key(key_id uuid)
  returns table (environment_id uuid, algorithm text, public_jwk jsonb)
  language sql stable security definer set search_path = claviger, pg_temp
as $$
  select k.environment_id, k.algorithm, k.public_jwk from signing_keys k
  where k.id = key_id and (k.expires_at is null or k.expires_at > instant())
$$;

create function find_sessions(environment_ids uuid[], ids uuid[])
  returns table (
    id uuid, user_id uuid, active boolean, active_organization_id uuid, role text,
    environment_id uuid, environment_name text, settings jsonb, project_id uuid, project_slug text,
    environment_created_at timestamptz, environment_updated_at timestamptz
  )
  language sql stable security definer set search_path = claviger, pg_temp
as $$
  select s.id, s.user_id, s.ended_at is null and s.expires_at > instant(), s.active_organization_id, m.role,
         e.id, e.name, e.settings, p.id, p.slug, e.created_at, e.updated_at
  from unnest(environment_ids, ids) as wanted (environment_id, id)
  join sessions s on s.environment_id = wanted.environment_id and s.id = wanted.id
  join environments e on e.id = s.environment_id
  join projects p on p.id = e.project_id
  left join memberships m
    on m.environment_id = s.environment_id and m.organization_id = s.active_organization_id and m.user_id = s.user_id
  where p.deleted_at is null
$$;

-- Environments whose newest signing key is older than this, for the worker that replaces it.
create function find_due_signing_keys(age_days integer)
  returns table (environment_id uuid, algorithm text)
  language sql stable security definer set search_path = claviger, pg_temp
as $$
  select e.id, e.settings ->> 'signingAlgorithm'
  from environments e
  join projects p on p.id = e.project_id and p.deleted_at is null
  join signing_keys k on k.environment_id = e.id
  group by e.id
  having max(k.created_at) < instant() - age_days * interval '1 day'
$$;

revoke all on function find_signing_key, find_sessions, find_due_signing_keys from public;
grant execute on function find_signing_key, find_sessions, find_due_signing_keys to claviger_app;
