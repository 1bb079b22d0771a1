-- Applications: OAuth clients, the APIs that each may get access tokens for, and the tokens that were ended before
-- their time. Only the SHA-256 of a client secret is kept: it has 256 random bits.

create table applications (
  environment_id uuid not null references environments on delete cascade,
  -- Also its client id.
  id uuid not null,
  name text not null,
  type text not null check (type in ('m2m', 'reg', 'spa', 'device')),
  secret_hash bytea not null check (length(secret_hash) = 32),
  -- What the secret was before it was rotated, and until when that still works.
  previous_secret_hash bytea check (length(previous_secret_hash) = 32),
  previous_secret_ends_at timestamptz,
  enabled boolean not null default true,
  token_lifetime_seconds integer not null check (token_lifetime_seconds between 60 and 86400),
  -- Whoever made it: an administrator, a key or an application. Who is gone did it all the same.
  created_by text not null,
  created_at timestamptz not null default instant(),
  updated_at timestamptz not null default instant(),
  primary key (environment_id, id),
  check ((previous_secret_hash is null) = (previous_secret_ends_at is null))
);
create unique index applications_id on applications (id);
create index applications_newest on applications (environment_id, created_at desc, id desc);

create table application_apis (
  environment_id uuid not null,
  application_id uuid not null,
  api_id uuid not null,
  -- Null for all scopes of the API, those to come too.
  scopes text[],
  created_at timestamptz not null default instant(),
  primary key (environment_id, application_id, api_id),
  foreign key (environment_id, application_id) references applications on delete cascade,
  foreign key (environment_id, api_id) references apis on delete cascade
);
create index application_apis_of_api on application_apis (environment_id, api_id);

-- A row is needed no longer than its token would have lived.
create table revoked_tokens (
  environment_id uuid not null references environments on delete cascade,
  jti uuid not null,
  expires_at timestamptz not null,
  primary key (environment_id, jti)
);
create index revoked_tokens_expired on revoked_tokens (expires_at);

select protect('applications'), protect('application_apis'), protect('revoked_tokens');

-- A client id names its environment, so it is looked up before one is known. Whoever asks has the id and no more: that
-- the secret is right is for the server to see, which compares without telling by its duration where it is not.
create function find_clients(client_ids uuid[])
  returns table (
    id uuid, type text, secret_hash bytea, previous_secret_hash bytea, enabled boolean, token_lifetime_seconds integer,
    environment_id uuid, environment_name text, settings jsonb, project_id uuid, project_slug text,
    environment_created_at timestamptz, environment_updated_at timestamptz
  )
  language sql stable security definer set search_path = claviger, pg_temp
as $$
  select c.id, c.type, c.secret_hash,
         case when c.previous_secret_ends_at > instant() then c.previous_secret_hash end,
         c.enabled, c.token_lifetime_seconds,
         e.id, e.name, e.settings, p.id, p.slug, e.created_at, e.updated_at
  from applications c
  join environments e on e.id = c.environment_id
  join projects p on p.id = e.project_id
  where c.id = any(client_ids) and p.deleted_at is null
$$;

-- What is left of access tokens that were verified before, in the order of nothing: each is found again by its id. One
-- that was revoked, whose application is disabled or gone, or which may not use the API any more, is not there.
create function find_access_tokens(environment_ids uuid[], application_ids uuid[], api_ids uuid[], jtis uuid[])
  returns table (
    jti uuid, scopes text[], is_management boolean,
    environment_id uuid, environment_name text, settings jsonb, project_id uuid, project_slug text,
    environment_created_at timestamptz, environment_updated_at timestamptz
  )
  -- Its plan is kept and made only once, without sequential scans, because it may be made while there are few rows.
  language plpgsql stable security definer
  set search_path = claviger, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
begin
  return query
  select wanted.jti, g.scopes, a.audience is null,
         e.id, e.name, e.settings, p.id, p.slug, e.created_at, e.updated_at
  from unnest(environment_ids, application_ids, api_ids, jtis)
    as wanted (environment_id, application_id, api_id, jti)
  join application_apis g
    on g.environment_id = wanted.environment_id and g.application_id = wanted.application_id
   and g.api_id = wanted.api_id
  join applications c on c.environment_id = g.environment_id and c.id = g.application_id and c.enabled
  join apis a on a.environment_id = g.environment_id and a.id = g.api_id
  join environments e on e.id = g.environment_id
  join projects p on p.id = e.project_id and p.deleted_at is null
  where not exists (
    select from revoked_tokens r where r.environment_id = wanted.environment_id and r.jti = wanted.jti);
end
$$;

-- Removes what says of tokens that are over that they were revoked, in every environment.
create function sweep_revoked_tokens() returns integer
  language sql security definer set search_path = claviger, pg_temp
as $$
  with swept as (delete from revoked_tokens where expires_at < instant() - interval '1 minute' returning 1)
  select count(*)::integer from swept
$$;
revoke all on function find_clients, find_access_tokens, sweep_revoked_tokens from public;
grant execute on function find_clients, find_access_tokens, sweep_revoked_tokens to claviger_app;
