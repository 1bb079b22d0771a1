-- Secret and publishable keys. Only the SHA-256 is kept: the key has 256 random bits, so there
-- is nothing a slower hash would protect.

create table secret_keys (
  environment_id uuid not null references environments on delete cascade,
  id uuid not null,
  kind text not null check (kind in ('secret', 'publishable')),
  name text not null,
  prefix text not null,
  hash bytea not null check (length(hash) = 32),
  permissions text[] not null default '{*}',
  last_used_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz not null default instant(),
  primary key (environment_id, id)
);
create unique index secret_keys_hash on secret_keys (hash);
create index secret_keys_newest on secret_keys (environment_id, created_at desc, id desc);

select protect('secret_keys');
-- A key is revoked, never removed: whoever finds one must be able to learn what it was.
revoke delete on secret_keys from claviger_app;

-- A key names its environment, so it is looked up before one is known: the only door through the
-- wall is this function, and it opens for whoever has the hash of the key.
create function find_secret_keys(hashes bytea[])
  returns table (
    hash bytea, id uuid, kind text, permissions text[], revoked boolean,
    environment_id uuid, environment_name text, settings jsonb, project_id uuid, project_slug text,
    environment_created_at timestamptz, environment_updated_at timestamptz
  )
  language sql stable security definer set search_path = claviger, pg_temp
as $$
  select k.hash, k.id, k.kind, k.permissions, k.revoked_at is not null,
         e.id, e.name, e.settings, p.id, p.slug, e.created_at, e.updated_at
  from secret_keys k
  join environments e on e.id = k.environment_id
  join projects p on p.id = e.project_id
  where k.hash = any(hashes) and p.deleted_at is null
$$;

-- When keys were last used, written every few seconds for all environments at once.
create function touch_secret_keys(environment_ids uuid[], ids uuid[], used_at timestamptz[]) returns void
  language sql security definer set search_path = claviger, pg_temp
as $$
  update secret_keys k set last_used_at = greatest(k.last_used_at, u.used_at)
  from unnest(environment_ids, ids, used_at) as u (environment_id, id, used_at)
  where k.environment_id = u.environment_id and k.id = u.id
$$;

revoke all on function find_secret_keys, touch_secret_keys from public;
grant execute on function find_secret_keys, touch_secret_keys to claviger_app;
